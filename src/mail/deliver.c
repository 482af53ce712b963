/* Handing one message over. Invariants: the envelope is ASCII; where settings redirect everything, nothing goes anywhere else. */
#include "mail/deliver.h"

#include "base/error.h"
#include "base/secret_file.h"
#include "base/text.h"
#include "codec/idn.h"
#include "mail/maildir.h"
#include "mail/outcome.h"
#include "mail/verp.h"
#include "net/transfer.h"
#include <string.h>

#define MAILDIR_SCHEME "maildir:"

struct MailTransport {
	Bearer *bearer;       /* its own; NULL */
	SmtpConnection *smtp; /* or */
	char *maildir;
	char *sender;   /* of the envelope */
	char *redirect; /* everything goes here; NULL */
	gboolean verp;
	SecretKey key;  /* of the envelope senders; id 0: none */
};

void delivery_clear(Delivery *delivery)
{
	g_clear_pointer(&delivery->reply, g_free);
}

/* A server wants a full name; where this machine has none, the sender's domain. */
static char *ehlo_name(const char *sender)
{
	const char *host = g_get_host_name();
	g_autofree char *name = strchr(host, '.') != NULL ? idn_domain(host, NULL) : NULL;
	return name != NULL ? g_steal_pointer(&name) : g_strdup(strrchr(sender, '@') + 1);
}

static char *current_token(const char *refused, gpointer bearer, GError **error)
{
	return bearer_get(bearer, refused, error);
}

/* `bearer` may be NULL. */
static SmtpConnection *connect_smtp(const Settings *settings, Bearer *bearer, const char *sender, GError **error)
{
	const char *path = settings->mail_password_file;
	char *password = path != NULL ? secret_file_read(path, SECRET_FILE_MAX_BYTES, error) : NULL;
	if (path != NULL && password == NULL) {
		g_prefix_error(error, "mail.password_file: ");
		return NULL;
	}
	g_autofree char *name = ehlo_name(sender);
	SmtpConnection *connection = smtp_connection_new(&(SmtpSettings){.url = settings->transport,
	                                           .starttls = settings->mail_starttls,
	                                           .ca_file = settings->mail_ca_file,
	                                           .user = settings->mail_user,
	                                           .password = password,
	                                           .auth = settings->mail_auth,
	                                           .token_source = bearer != NULL ? current_token : NULL,
	                                           .token_data = bearer,
	                                           .ehlo_name = name,
	                                           .timeout_s = settings->mail_timeout_s},
	                           error);
	secret_file_free(password);
	return connection;
}

/* An address of the settings as it stands in an envelope. */
static char *configured_address(const char *setting, const char *address, GError **error)
{
	g_autoptr(GError) cause = NULL;
	char *ascii = idn_mail_address(address, &cause);
	if (ascii == NULL)
		error_set(error, ERROR_CONFIG, "mail: %s: %s", setting, cause->message);
	return ascii;
}

MailTransport *mail_transport_new_beside(const Settings *settings, Bearer *bearer, GError **error)
{
	g_autoptr(MailTransport) transport = g_new0(MailTransport, 1);
	const char *bounce = settings->mail_bounce != NULL ? settings->mail_bounce : settings->mail_from_address;
	transport->verp = settings->mail_verp;
	transport->sender = configured_address("bounce", bounce, error);
	if (transport->sender == NULL)
		return NULL;
	if (settings->redirect_all_to != NULL && settings->redirect_all_to[0] != '\0') {
		transport->redirect = configured_address("redirect_all_to", settings->redirect_all_to, error);
		if (transport->redirect == NULL)
			return NULL;
	}
	if (g_str_has_prefix(settings->transport, MAILDIR_SCHEME)) {
		transport->maildir = g_strdup(settings->transport + strlen(MAILDIR_SCHEME));
		return maildir_prepare(transport->maildir, error) ? g_steal_pointer(&transport) : NULL;
	}
	transport->smtp = connect_smtp(settings, bearer, transport->sender, error);
	return transport->smtp != NULL ? g_steal_pointer(&transport) : NULL;
}

MailTransport *mail_transport_new(const Settings *settings, GError **error)
{
	g_autoptr(Bearer) bearer = bearer_new(settings);
	MailTransport *transport = mail_transport_new_beside(settings, bearer, error);
	if (transport != NULL)
		transport->bearer = g_steal_pointer(&bearer);
	return transport;
}

void mail_transport_free(MailTransport *transport)
{
	if (transport == NULL)
		return;
	smtp_connection_free(transport->smtp);
	bearer_free(transport->bearer);
	g_free(transport->maildir);
	g_free(transport->sender);
	g_free(transport->redirect);
	g_free(transport);
}

void mail_transport_sign(MailTransport *transport, const SecretKey *key)
{
	transport->key = *key;
}

gboolean mail_transport_check(MailTransport *transport, GError **error)
{
	return transport->smtp == NULL || smtp_connection_check(transport->smtp, error);
}

static void set_failure(Delivery *delivery, const GError *error)
{
	const ErrorKind kind = error_kind(error);
	const gboolean for_good = kind == ERROR_PERMANENT || kind == ERROR_INVALID;
	*delivery = (Delivery){
		.outcome = for_good ? DELIVERY_REFUSED : DELIVERY_DEFERRED,
		.reply = text_clean_or_null(error->message),
		.server_down = !for_good,
	};
}

static GBytes *with_header(GBytes *bytes, const char *name, const char *value)
{
	GString *out = g_string_new(NULL);
	g_string_append_printf(out, "%s: %s\r\n", name, value);
	gsize length;
	const char *data = g_bytes_get_data(bytes, &length);
	g_string_append_len(out, data, (gssize)length);
	return g_string_free_to_bytes(out);
}

/* Of this message; owned by the caller. */
static char *envelope_sender(const MailTransport *transport, const char *message)
{
	const gboolean signs = transport->verp && transport->redirect == NULL && transport->key.id != 0;
	char *own = signs ? verp_address(transport->sender, message, &transport->key) : NULL;
	return own != NULL ? own : g_strdup(transport->sender);
}

static void hand_over(MailTransport *transport, const char *name, const char *to, GBytes *bytes, Delivery *delivery)
{
	g_autoptr(GError) error = NULL;
	SmtpResult result = {0};
	g_autofree char *sender = envelope_sender(transport, name);
	if (transport->maildir != NULL) {
		if (maildir_deliver(transport->maildir, name, bytes, &error))
			*delivery = (Delivery){.outcome = DELIVERY_ACCEPTED, .reply = g_strdup_printf("stored as %s", name)};
	} else if (smtp_send(transport->smtp, sender, to, bytes, &result, &error)) {
		outcome_judge(&result, delivery);
		smtp_result_clear(&result);
	}
	if (error != NULL)
		set_failure(delivery, error);
}

void mail_transport_deliver(MailTransport *transport, const char *name, const char *to, GBytes *bytes, Delivery *delivery)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *recipient = idn_mail_address(to, &error);
	if (bytes == NULL) {
		*delivery = (Delivery){.outcome = DELIVERY_REFUSED, .reply = g_strdup("what was written of the mail is not there any more")};
	} else if (recipient == NULL) {
		set_failure(delivery, error);
	} else if (transport->redirect != NULL) {
		g_autoptr(GBytes) marked = with_header(bytes, "X-Akkoord-Redirected-From", recipient);
		hand_over(transport, name, transport->redirect, marked, delivery);
	} else {
		hand_over(transport, name, recipient, bytes, delivery);
	}
}
