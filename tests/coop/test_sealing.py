import pytest

from coop import sealing


def test_secret_is_unreadable_and_comes_back():
    sealed = sealing.seal("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert sealing.unseal(sealed) == "JBSWY3DPEHPK3PXP"


def test_former_key_still_opens(settings):
    settings.SECRET_KEY = "ancienne"
    sealed = sealing.seal("secret")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "nouvelle", ["ancienne"]
    assert sealing.unseal(sealed) == "secret"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(ValueError, match="no longer known"):
        sealing.unseal(sealed)
