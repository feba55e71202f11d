from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0002_certificates'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='enterprise',
            name='enterprise_kinds',
        ),
        migrations.RemoveConstraint(
            model_name='machineclient',
            name='machine_role',
        ),
        migrations.RemoveConstraint(
            model_name='membership',
            name='membership_role',
        ),
        migrations.RemoveConstraint(
            model_name='membership',
            name='membership_enterprise_fits_role',
        ),
        migrations.AddConstraint(
            model_name='enterprise',
            constraint=models.CheckConstraint(condition=models.Q(('kinds__contained_by', ['trader', 'platform', 'broker', 'payer', 'carrier', 'site'])), name='enterprise_kinds'),
        ),
        migrations.AddConstraint(
            model_name='machineclient',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ('trader', 'platform', 'broker', 'payer', 'carrier', 'site', 'operator'))), name='machine_role'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ('trader', 'platform', 'broker', 'payer', 'carrier', 'site', 'operator', 'officer', 'auditor'))), name='membership_role'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('enterprise__isnull', False), ('role__in', ('trader', 'platform', 'broker', 'payer', 'carrier', 'site'))), models.Q(models.Q(('role__in', ('trader', 'platform', 'broker', 'payer', 'carrier', 'site')), _negated=True), ('enterprise__isnull', True)), _connector='OR'), name='membership_enterprise_fits_role'),
        ),
    ]
