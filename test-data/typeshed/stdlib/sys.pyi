version_info: object
