"""Sources list an archive and read what they listed: folders, archive files, git repositories and
buckets in; names, stamps and bytes out.

They know nothing of what the bytes hold. Nothing outside of the archive is reached through them.
"""
