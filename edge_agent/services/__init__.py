"""What people do at a totem, one file per deed. Services decide by domain rules and write by
deeds.
"""
