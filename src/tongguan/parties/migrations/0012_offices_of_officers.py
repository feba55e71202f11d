from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0011_account_notices'),
    ]

    operations = [
        migrations.AddField(
            model_name='membership',
            name='office',
            field=models.CharField(blank=True, default='', max_length=4),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('office', ''), ('role', 'officer'), _connector='OR'), name='membership_office_of_customs'),
        ),
    ]
