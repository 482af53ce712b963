/* Mails come from a mail server's pipe (standard input) or from files; what each is taken for is said by inbound/. */
#include "cli/receive.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/support.h"
#include "inbound/received.h"

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

static int receive(const Invocation *invocation, int argc, char **argv)
{
	gboolean dry_run = FALSE;
	const GOptionEntry entries[] = {
		{"dry-run", 'n', 0, G_OPTION_ARG_NONE, &dry_run, N_("only show what each is taken for; needs no configuration"), NULL},
		{0},
	};
	int exit_code;
	if (!cli_options(&receive_command, _("[FILE…]"), entries, &argc, &argv, &exit_code))
		return exit_code;
	if (!dry_run)
		return cli_usage(&receive_command, "%s", _("say --dry-run"));
	exit_code = EX_OK;
	for (int i = argc > 1 ? 1 : 0; i < argc; i++) {
		g_autoptr(GError) error = NULL;
		if (!mail_show(invocation, i > 0 ? argv[i] : NULL, &error))
			exit_code = cli_fail(&receive_command, error);
	}
	return exit_code;
}

const Command receive_command = {"receive", N_("take mails in: bounces, answers, invoices attached"), receive};
