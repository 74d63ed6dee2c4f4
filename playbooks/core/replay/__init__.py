"""A changed configuration against recorded history: what is asked, facts over time, what differs. Decides nothing."""
