"""From links to people, and ids that outlive a build."""
