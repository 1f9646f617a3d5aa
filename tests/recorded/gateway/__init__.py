"""What the gateway of the released package answers, message by message."""
