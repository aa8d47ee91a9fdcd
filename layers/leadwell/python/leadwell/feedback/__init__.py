"""What comes back after a message has left: from the provider about its fate, from the recipient by SMS."""
