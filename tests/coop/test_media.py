def test_uploaded_files_are_sandboxed(client, db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "piege.svg").write_text(
        "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    )
    response = client.get("/media/piege.svg")
    assert response.status_code == 200
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    response.close()


def test_files_outside_the_media_are_not_served(client, db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    (tmp_path / "secret_key").write_text("s")
    assert client.get("/media/../secret_key").status_code in {400, 404}
    assert client.get("/media/%2e%2e/secret_key").status_code in {400, 404}
    assert client.get("/media/").status_code in {302, 404}
