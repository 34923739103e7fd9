"""A relay written by others (aiosmtpd), which reads each mail with Python's own parser and prints what it understood.

Arguments: starttls|implicit, certificate file, key file. Prints "ready PORT", then one line of JSON for each mail.
"""

import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class Handler:
    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        print(json.dumps({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "encrypted": session.ssl is not None or sys.argv[1] == "implicit",
            "user": session.auth_data.login.decode() if session.auth_data else None,
            "headers": {name: str(value) for name, value in mail.items()},
            "types": [part.get_content_type() for part in mail.walk()],
            "text": mail.get_body(["plain"]).get_content(),
            "html": mail.get_body(["html"]).get_content(),
            "defects": [str(d) for part in mail.walk() for d in part.defects],
            "size": len(envelope.content),
        }), flush=True)
        return "250 2.0.0 taken"


def authenticator(server, session, envelope, mechanism, data):
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"user", b"pass word")
    return AuthResult(success=right, handled=right, auth_data=data if right else None)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2], sys.argv[3])


class Relay(Controller):
    def factory(self):
        starttls = sys.argv[1] == "starttls"
        return SMTP(
            self.handler,
            tls_context=context if starttls else None,
            require_starttls=starttls,
            authenticator=authenticator,
            auth_required=True,
            auth_require_tls=starttls,
        )


relay = Relay(Handler(), hostname="127.0.0.1", port=0, ssl_context=context if sys.argv[1] == "implicit" else None)
# With port 0 the controller's own trial connection goes nowhere, so its server is started by hand.
server = relay.loop.run_until_complete(relay._create_server())
print("ready", server.sockets[0].getsockname()[1], flush=True)
relay.loop.run_forever()
