"""Storage: an address such as `s3://bucket/prefix` in, the objects below it out, and put there.

It knows what a bucket is, how often to try, and how to say what failed; not what the objects are.
"""
