"""What programs outside reach of playbooks: the addresses that mail providers send events and mail to."""
