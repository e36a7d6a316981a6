"""The background job that carries the journal to central and brings the feed back."""
