"""What is kept on the disk: settings, bookmarks, history."""
