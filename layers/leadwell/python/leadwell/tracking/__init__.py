"""What happened: events, who may say so, and how they become durable."""
