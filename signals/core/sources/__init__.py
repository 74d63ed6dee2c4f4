"""How other systems speak: signatures of their messages, shapes of their events, addresses we may call, volumes."""
