import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


@pytest.fixture
def gif():
    """A small file as a browser sends it."""
    buffer = io.BytesIO()
    Image.new("P", (8, 8)).save(buffer, "GIF")
    return SimpleUploadedFile("vacances.gif", buffer.getvalue(), content_type="image/gif")
