"""Makes wheels and source distributions for the sandbox. Standard library only, Python 3.9 or newer.

Reads a JSON list of packages from standard input, with the fields of PackageSpec in make-packages.ts. Writes a JSON
list of {"filename", "content" (base64), "requiresPython"} to standard output. Equal input gives equal bytes.
"""

import base64
import gzip
import io
import json
import pathlib
import sys
import tarfile

import acme_backend

HERE = pathlib.Path(__file__).parent


def module_files(spec):
    """The files of a package: copies of modules beside this one, or one module that only knows its version."""
    if spec.get("modules"):
        return {name: (HERE / name).read_bytes() for name in spec["modules"]}
    return {f"{acme_backend.module_name(spec['name'])}/__init__.py": f'__version__ = "{spec["version"]}"\n'.encode()}


def sdist_bytes(folder, files):
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as stream:
        with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for path, data in sorted(files.items()):
                entry = tarfile.TarInfo(f"{folder}/{path}")
                entry.size = len(data)
                entry.mode = 0o644
                archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def make(spec):
    name, version = spec["name"], spec["version"]
    requires_python = spec.get("requiresPython")
    dependencies, readme = spec.get("dependencies", ()), spec.get("readme")
    core_metadata = acme_backend.metadata(name, version, dependencies, requires_python, readme)
    files = module_files(spec)
    if spec.get("program"):
        module = acme_backend.module_name(name)
        files[f"{module}/__init__.py"] += f'def main():\n    print("{name}", __version__)\n'.encode()
        entry_points = f"[console_scripts]\n{spec['program']} = {module}:main\n"
        files[f"{module}-{version}.dist-info/entry_points.txt"] = entry_points.encode()
    if spec.get("kind", "wheel") == "wheel":
        filename = acme_backend.wheel_file_name(name, version)
        content = acme_backend.wheel_bytes(name, version, core_metadata, files)
    else:
        build_system = {"requires": spec["buildRequires"], "build-backend": spec["buildBackend"]}
        lines = [f"{key} = {json.dumps(value)}" for key, value in build_system.items()]
        files["pyproject.toml"] = ("\n".join(["[build-system]", *lines]) + "\n").encode()
        files["PKG-INFO"] = core_metadata.encode()
        folder = f"{acme_backend.module_name(name)}-{version}"
        filename = f"{folder}.tar.gz"
        content = sdist_bytes(folder, files)
    made = {"filename": filename, "content": base64.b64encode(content).decode()}
    return {**made, "requiresPython": requires_python} if requires_python else made


if __name__ == "__main__":
    json.dump([make(spec) for spec in json.load(sys.stdin)], sys.stdout)
