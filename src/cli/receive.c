/* Mails come from a mail server's pipe (standard input) or from files; what each is taken for is said by inbound/, what it leads to by service/receiving.h.
 *
 * Invariant: a mail server is never made to give a mail back: from standard input the exit code is 0, 75 for whatever may pass, or 64. */
#include "cli/receive.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/support.h"
#include "inbound/received.h"
#include "service/receiving.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static const char *const kind_words[] = {
	[RECEIVED_OTHER] = N_("something else"),
	[RECEIVED_BOUNCE] = N_("bounce"),
	[RECEIVED_AUTO_REPLY] = N_("automatic reply"),
	[RECEIVED_CALENDAR_ANSWER] = N_("calendar answer"),
	[RECEIVED_REPLY] = N_("reply"),
	[RECEIVED_INVOICE] = N_("invoice"),
};

/* At most one octet more than is taken, so that too long a mail is seen as such. */
static GBytes *standard_input_read(GError **error)
{
	GByteArray *bytes = g_byte_array_new();
	guint8 piece[65536];
	gsize length;
	while (bytes->len <= RECEIVED_MAX_BYTES && (length = fread(piece, 1, sizeof piece, stdin)) > 0)
		g_byte_array_append(bytes, piece, (guint)length);
	if (ferror(stdin)) {
		error_set(error, ERROR_TRANSIENT, "standard input: %s", g_strerror(errno));
		g_byte_array_unref(bytes);
		return NULL;
	}
	return g_byte_array_free_to_bytes(bytes);
}

static GBytes *file_read(const char *file, GError **error)
{
	if (file == NULL)
		return standard_input_read(error);
	g_autoptr(GMappedFile) mapped = g_mapped_file_new(file, FALSE, error);
	return mapped != NULL ? g_mapped_file_get_bytes(mapped) : NULL;
}

static const char *recipient_words(const ReceivedRecipient *recipient)
{
	if (recipient->permanent)
		return _("refused for good");
	if (recipient->action == RECEIVED_FAILED)
		return _("given up");
	return recipient->action == RECEIVED_DELAYED ? _("delayed") : _("delivered");
}

static void recipient_print(const char *label, const ReceivedRecipient *recipient)
{
	cli_say("%s%s: %s%s%s%s%s", label, recipient->address, recipient_words(recipient), recipient->status != NULL ? " " : "",
	        recipient->status != NULL ? recipient->status : "", recipient->diagnostic != NULL ? ": " : "",
	        recipient->diagnostic != NULL ? recipient->diagnostic : "");
}

static void received_print(const char *file, const Received *received)
{
	g_autofree char *shown = text_clean_or_null(file);
	g_autofree char *name = shown != NULL ? g_strconcat(shown, ": ", NULL) : g_strdup("");
	g_autofree char *label = g_strdup_printf("%s%s: ", name, _(kind_words[received->kind]));
	for (guint i = 0; i < received->recipients->len; i++)
		recipient_print(label, g_ptr_array_index(received->recipients, i));
	if (received->recipients->len == 0)
		cli_say("%s%s%s%s", label, received->from != NULL ? received->from : "", received->from != NULL && received->subject != NULL ? ": " : "",
		        received->subject != NULL ? received->subject : "");
}

static gboolean mail_show(const Invocation *invocation, const char *file, GError **error)
{
	g_autoptr(GBytes) bytes = file_read(file, error);
	if (bytes == NULL)
		return FALSE;
	g_autoptr(Received) received = received_read(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), error);
	if (received == NULL) {
		g_prefix_error(error, "%s: ", file != NULL ? file : "standard input");
		return FALSE;
	}
	g_autoptr(GPtrArray) records = received_records(file, received);
	for (guint i = 0; i < records->len && invocation->json; i++)
		cli_print_record(g_ptr_array_index(records, i));
	if (!invocation->json)
		received_print(file, received);
	return TRUE;
}

static const struct {
	const char *outcome, *words;
} outcome_words[] = {
	{"known", N_("taken in before")},
	{"refused", N_("given up; the address is looked at")},
	{"again", N_("is sent again later")},
	{"alarm", N_("is sent again later; the admins are told")},
	{"delayed", N_("noted: it may still arrive")},
	{"late", N_("noted: it is not with a mail server any more")},
	{"unproven", N_("not believed; the admins are told")},
	{"unknown", N_("of no message that is known; the admins are told")},
	{"unreadable", N_("cannot be read; the admins are told")},
	{"loop", N_("one of our own: left alone")},
	{"noted", N_("noted")},
	{"taken", N_("its invoices are taken in")},
	{"untaken", N_("an invoice in it is not taken in; the admins are told")},
	{"kept", N_("kept")},
};

static const char *words_of(const char *outcome)
{
	for (gsize i = 0; i < G_N_ELEMENTS(outcome_words); i++)
		if (g_str_equal(outcome_words[i].outcome, outcome))
			return _(outcome_words[i].words);
	return outcome;
}

static const char *words_of_kind(const char *kind)
{
	for (gsize i = 0; i < G_N_ELEMENTS(kind_words); i++)
		if (g_str_equal(received_kind_name((ReceivedKind)i), kind))
			return _(kind_words[i]);
	return kind;
}

static void receipt_print(const Invocation *invocation, const char *file, const Receipt *receipt)
{
	g_autoptr(Json) record = js_object_new();
	g_autofree char *shown = text_clean_or_null(file);
	if (!invocation->json) {
		cli_say("%s%s%s%s%s: %s%s%s", shown != NULL ? shown : "", shown != NULL ? ": " : "", words_of_kind(receipt->kind), receipt->about != NULL ? ", " : "",
		        receipt->about != NULL ? receipt->about : "", words_of(receipt->outcome), receipt->reason != NULL ? ": " : "", receipt->reason != NULL ? receipt->reason : "");
		return;
	}
	js_object_set_line(record, "file", shown);
	js_object_set_string(record, "kind", receipt->kind);
	js_object_set_string(record, "outcome", receipt->outcome);
	js_object_set_line(record, "recipient", receipt->about);
	js_object_set_string(record, "status", receipt->status);
	js_object_set_string(record, "message", receipt->message);
	js_object_set_line(record, "reason", receipt->reason);
	js_object_set_integer(record, "event", receipt->event);
	cli_print_record(record);
}

static gboolean mail_take(const Invocation *invocation, Session *session, const char *file, GError **error)
{
	g_auto(Receipt) receipt = {0};
	g_autoptr(GBytes) bytes = file_read(file, error);
	if (bytes == NULL || !receiving_take(session, bytes, "cli", session_now(session), &receipt, error))
		return FALSE;
	receipt_print(invocation, file, &receipt);
	return TRUE;
}

/* The mail as it came. */
static gboolean mail_write(Session *session, const char *event, GError **error)
{
	g_autoptr(GBytes) bytes = receiving_bytes(session, g_ascii_strtoll(event, NULL, 10), error);
	if (bytes == NULL)
		return FALSE;
	if (fwrite(g_bytes_get_data(bytes, NULL), 1, g_bytes_get_size(bytes), stdout) == g_bytes_get_size(bytes) && fflush(stdout) == 0)
		return TRUE;
	error_set(error, ERROR_TRANSIENT, "standard output: %s", g_strerror(errno));
	return FALSE;
}

static int pipe_exit_code(int exit_code, gboolean from_pipe)
{
	return from_pipe && exit_code != EX_OK ? EX_TEMPFAIL : exit_code;
}

static int take_all(const Invocation *invocation, int argc, char **argv)
{
	const gboolean from_pipe = argc < 2;
	g_autoptr(GError) failure = NULL;
	g_autoptr(Session) session = session_open(invocation, &failure);
	if (session == NULL)
		return pipe_exit_code(cli_fail(&receive_command, failure), from_pipe);
	int exit_code = EX_OK;
	for (int i = from_pipe ? 0 : 1; i < argc; i++) {
		g_autoptr(GError) error = NULL;
		if (!mail_take(invocation, session, i > 0 ? argv[i] : NULL, &error))
			exit_code = cli_fail(&receive_command, error);
	}
	return pipe_exit_code(exit_code, from_pipe);
}

static int write_one(const Invocation *invocation, const char *event)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(Session) session = session_open_to_read(invocation, &failure);
	return session != NULL && mail_write(session, event, &failure) ? EX_OK : cli_fail(&receive_command, failure);
}

static int show_all(const Invocation *invocation, int argc, char **argv)
{
	int exit_code = EX_OK;
	for (int i = argc > 1 ? 1 : 0; i < argc; i++) {
		g_autoptr(GError) error = NULL;
		if (!mail_show(invocation, i > 0 ? argv[i] : NULL, &error))
			exit_code = cli_fail(&receive_command, error);
	}
	return exit_code;
}

static int receive(const Invocation *invocation, int argc, char **argv)
{
	gboolean dry_run = FALSE;
	g_autofree char *show = NULL;
	const GOptionEntry entries[] = {
		{"dry-run", 'n', 0, G_OPTION_ARG_NONE, &dry_run, N_("only show what each is taken for; needs no configuration"), NULL},
		{"show", 0, 0, G_OPTION_ARG_STRING, &show, N_("print the mail that came in as this event"), N_("EVENT")},
		{0},
	};
	int exit_code;
	if (!cli_options(&receive_command, _("[FILE…]"), entries, &argc, &argv, &exit_code))
		return exit_code;
	if (show != NULL && (dry_run || argc > 1))
		return cli_usage(&receive_command, "%s", _("--show stands alone"));
	if (show != NULL)
		return write_one(invocation, show);
	return dry_run ? show_all(invocation, argc, argv) : take_all(invocation, argc, argv);
}

const Command receive_command = {"receive", N_("take mails in: bounces, answers, invoices attached"), receive};
