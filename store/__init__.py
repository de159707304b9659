"""Company documents with revisions, call records, published snapshots."""
