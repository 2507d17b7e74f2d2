"""Settings, bookmarks, history and other files of the listener."""
