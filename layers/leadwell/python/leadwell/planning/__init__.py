"""What publishing files would change, for whom, and with which messages, before anybody publishes them."""
