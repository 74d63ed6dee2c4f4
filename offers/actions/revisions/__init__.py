"""Mass price revisions: drafted with a preview of every term, approved by a second person, applied term by term."""
