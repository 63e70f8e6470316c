"""What aws/recovery does."""
