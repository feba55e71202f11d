import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from tongguan.journal.guards import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.BinaryField(max_length=32)),
                ('serial', models.CharField(max_length=80)),
                ('issuer', models.TextField()),
                ('subject', models.TextField()),
                ('key_kind', models.CharField(max_length=3)),
                ('sealed', models.BinaryField(help_text='the DER, sealed')),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('trial', models.BooleanField()),
                ('registered_by', models.TextField()),
                ('registered_at', models.DateTimeField()),
                ('revoked_by', models.TextField(default='')),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_why', models.TextField(default='')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='parties.enterprise')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('fingerprint', 'enterprise'), name='certificate_once'),
                    models.CheckConstraint(condition=Q(('key_kind__in', ('sm2', 'rsa'))), name='certificate_key_kind'),
                    models.CheckConstraint(
                        condition=Q(
                            Q(('revoked_at__isnull', True), ('revoked_by', ''), ('revoked_why', '')),
                            Q(('revoked_at__isnull', False), Q(('revoked_by', ''), _negated=True), Q(('revoked_why', ''), _negated=True)),
                            _connector='OR',
                        ),
                        name='certificate_revoked_with_a_reason',
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name='SignatureUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('certificate', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.certificate')),
                ('enterprise', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.enterprise')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('enterprise', 'number'), name='signature_used_once')],
            },
        ),
        append_only('parties_signatureuse'),
    ]
