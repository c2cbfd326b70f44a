"""The IAM policy language: documents, wildcards, conditions and the decision on one request.

Standard library and msgspec only. It knows no snapshot, no catalog and no report.
"""
