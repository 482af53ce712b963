/* Mails from outside: whatever comes in, either what it is, in clean and bounded texts, or a reason on one line. */
#include <stdint.h>
#include <string.h>

#include "inbound/received.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check_text(const char *text, gsize max, gboolean lines)
{
	if (text == NULL)
		return;
	g_assert_true(*text != '\0' && strlen(text) <= max && g_utf8_validate(text, -1, NULL));
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
		g_assert_true(!g_unichar_iscntrl(g_utf8_get_char(p)) || (lines && *p == '\n'));
}

static void check_recipient(const ReceivedRecipient *recipient)
{
	check_text(recipient->address, 254, FALSE);
	check_text(recipient->diagnostic, 500, FALSE);
	check_text(recipient->status, 9, FALSE);
	check_text(recipient->meaning, 9, FALSE);
	g_assert_nonnull(recipient->address);
	g_assert_true(strchr(recipient->address, '@') != NULL);
	g_assert_true(!recipient->permanent || (recipient->judged && recipient->action == RECEIVED_FAILED));
	g_assert_true(!recipient->permanent || recipient->status == NULL || *recipient->status == '5');
	for (guint i = 0; i < recipient->alternatives->len; i++)
		check_text(g_ptr_array_index(recipient->alternatives, i), 254, FALSE);
}

static void check_ids(const GPtrArray *ids)
{
	for (guint i = 0; i < ids->len; i++) {
		const char *id = g_ptr_array_index(ids, i);
		check_text(id, 20000, FALSE);
		g_assert_true(*id == '<' && g_str_has_suffix(id, ">"));
	}
}

static void check(const Received *received)
{
	g_autoptr(GPtrArray) records = received_records("file", received);
	g_assert_cmpuint(records->len, >=, 1);
	g_assert_cmpuint(received->recipients->len, <=, RECEIVED_MAX_RECIPIENTS);
	for (guint i = 0; i < received->recipients->len; i++)
		check_recipient(g_ptr_array_index(received->recipients, i));
	for (guint i = 0; i < received->delivered_to->len; i++)
		check_text(g_ptr_array_index(received->delivered_to, i), 254, FALSE);
	check_ids(received->answers);
	check_text(received->from, 254, FALSE);
	check_text(received->excerpt, 2000, TRUE);
	check_text(received->original_message_id, 20000, FALSE);
	check_text(received->uid, 500, FALSE);
	check_text(received->partstat, 500, FALSE);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	g_autoptr(GError) error = NULL;
	Received *received = received_read(bytes, length, &error);

	g_assert_true((received == NULL) == (error != NULL));
	if (received != NULL) {
		check(received);
		received_free(received);
	}
	if (error != NULL)
		g_assert_true(g_utf8_validate(error->message, -1, NULL) && strpbrk(error->message, "\r\n") == NULL);
	return 0;
}
