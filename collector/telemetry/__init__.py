"""What Telepipe says about itself: metrics, logs, the drop ledger and component status."""
