"""What the tests of the soak share with those of e-commerce: a day with its law, tariff and firms."""

from tests.ecommerce.conftest import reference as reference  # fixtures are found by name
