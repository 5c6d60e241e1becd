"""A cluster over TLS is reached with certificates of both sides, or one line says what lacks."""

import os
from datetime import UTC, datetime, timedelta

import dask
import distributed  # its settings are to be there before one is set
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from harness.compute.cluster import Cluster
from harness.compute.tasks import Task
from harness.errors import ComputeError, UsageError
from tests.compute.working import patient
from tools.dask_cluster import Loopback

pytestmark = pytest.mark.services


def certificate(folder, name):
    """Write a certificate that signs itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder(
        own, own, key.public_key(), x509.random_serial_number(),
        datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(days=1),
    ).sign(key, hashes.SHA256())  # fmt: skip
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    path = folder / f"{name}.pem"
    path.write_bytes(key.private_bytes(pem, *form) + made.public_bytes(pem))
    return str(path)


def trusting(ca, own):
    """Let Dask's configuration of this process name certificates."""
    tls = f"{distributed.__name__}.comm.tls"
    return dask.config.set({f"{tls}.ca-file": ca, f"{tls}.client.cert": own})


def done_by(address):
    """Give the processes that do some tasks on a cluster."""
    tasks = (Task(about=number) for number in range(4))
    return {pid for _, pid in Cluster(address=address, patience=30).map(patient, tasks)}


def test_a_cluster_over_tls_takes_who_has_its_certificate(tmp_path):
    """And nobody else: another's certificate, one that is not there, or none at all."""
    ours, other = certificate(tmp_path, "ours"), certificate(tmp_path, "other")
    tls = "DASK_DISTRIBUTED__COMM__TLS__"
    both = {f"{tls}{side}__CERT": ours for side in ("SCHEDULER", "WORKER")}
    with Loopback(workers=1, protocol="tls", environ={**both, f"{tls}CA_FILE": ours}) as cluster:
        address = cluster.address
        with trusting(ours, ours):
            assert os.getpid() not in done_by(address)
        with trusting(ours, other), pytest.raises(ComputeError, match="look at the certificates"):
            done_by(address)
        with trusting(ours, "nope.pem"), pytest.raises(UsageError, match=r"cannot be used \(.*tls"):
            done_by(address)
        with pytest.raises(UsageError, match="there are no certificates for TLS; Dask's conf"):
            done_by(address)
