"""What stands behind the network builder: shapes, mends, addresses, code in and out."""
