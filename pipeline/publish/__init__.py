"""Publish: a staged build in, the published one out, in a folder or a bucket, in one step, manifest
last.

Also what stands around it: the lock, the hidden work folder, recovery after a crash, and verifying
a published folder. It knows nothing of how the files were made.
"""
