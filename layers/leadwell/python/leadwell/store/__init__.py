"""Where things are kept: one DynamoDB table behind a port of eight calls, each of them one AWS request."""
