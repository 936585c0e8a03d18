"""What a report is; reading, annotating, generating and splitting reports."""
