"""What the pages of policy simulations show."""
