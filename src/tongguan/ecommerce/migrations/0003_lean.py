from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("ecommerce", "0002_returns_and_taxes")]

    operations = []
