"""What takes many contacts to find out."""
