"""The settings of the project that `django_shop` belongs to."""

SECRET_KEY = "not secret"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django_shop"]
AUTH_USER_MODEL = "django_shop.Keeper"
