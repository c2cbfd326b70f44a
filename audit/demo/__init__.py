"""A local AWS on loopback, spoken to by unmodified boto3, and the example company that lives in it.

It answers IAM and STS (moto's server, with what moto lacks put on top), and Mechanical Turk, CloudTrail, Organizations,
S3 and Athena (ours, driven by botocore's own service models), for several accounts at once, without a single request
to the outside. Needs the extra `demo`. How to test against it stands in CONTRIBUTING.md.
"""
