"""Parts of the window that know no task: they are told things and tell things."""
