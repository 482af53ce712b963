/* The report's fields, a group of them for each recipient. */
#include "inbound/dsn.h"

#include "inbound/field_groups.h"
#include "inbound/mail_address.h"
#include "inbound/status.h"

#define REPORT_MAX_OCTETS (256 * 1024)

static const struct {
	const char *word;
	ReceivedAction action;
} actions[] = {
	{"failed", RECEIVED_FAILED},       {"failure", RECEIVED_FAILED},      {"expired", RECEIVED_FAILED},      {"delayed", RECEIVED_DELAYED},
	{"delivered", RECEIVED_DELIVERED}, {"relayed", RECEIVED_DELIVERED},   {"expanded", RECEIVED_DELIVERED}, {"deliverable", RECEIVED_DELIVERED},
};

const MimeEntity *mail_part_find(const MimeEntity *mail, const char *type)
{
	if (g_str_equal(mail->type, type))
		return mail;
	for (guint i = 0; i < mail->children->len; i++) {
		const MimeEntity *child = g_ptr_array_index(mail->children, i);
		const gboolean message = g_str_has_prefix(mail->type, "message/");
		const MimeEntity *found = message ? NULL : mail_part_find(child, type);
		if (found != NULL)
			return found;
	}
	return NULL;
}

void received_recipient_free(ReceivedRecipient *recipient)
{
	g_free(recipient->address);
	g_ptr_array_unref(recipient->alternatives);
	g_free(recipient->status);
	g_free(recipient->diagnostic);
	g_free(recipient);
}

static gboolean has_recipient(const Received *received, const char *address)
{
	for (guint i = 0; i < received->recipients->len; i++) {
		const ReceivedRecipient *known = g_ptr_array_index(received->recipients, i);
		if (g_ascii_strcasecmp(known->address, address) == 0)
			return TRUE;
	}
	return FALSE;
}

void received_recipient_add(Received *received, ReceivedRecipient *recipient)
{
	if (received->recipients->len >= RECEIVED_MAX_RECIPIENTS || has_recipient(received, recipient->address))
		received_recipient_free(recipient);
	else
		g_ptr_array_add(received->recipients, recipient);
}

static ReceivedAction action_of(const char *word, const char *status)
{
	for (gsize i = 0; i < G_N_ELEMENTS(actions); i++)
		if (word != NULL && g_ascii_strncasecmp(word, actions[i].word, strlen(actions[i].word)) == 0)
			return actions[i].action;
	if (status == NULL || *status == '5')
		return RECEIVED_FAILED;
	return *status == '4' ? RECEIVED_DELAYED : RECEIVED_DELIVERED;
}

/* As we wrote to it first. */
static GPtrArray *addresses_of(const GHashTable *group)
{
	static const char *const names[] = {"original-recipient", "final-recipient", "x-actual-recipient"};
	GPtrArray *addresses = g_ptr_array_new_with_free_func(g_free);
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *address = mail_address_find(field_value_of_type(field_group_get(group, names[i])));
		if (address != NULL && !mail_address_among(addresses, address))
			g_ptr_array_add(addresses, g_steal_pointer(&address));
	}
	return addresses;
}

static void group_read(const GHashTable *group, Received *received)
{
	g_autoptr(GPtrArray) addresses = addresses_of(group);
	if (addresses->len == 0)
		return;
	const char *diagnostic = field_value_of_type(field_group_get(group, "diagnostic-code"));
	ReceivedRecipient *recipient = g_new0(ReceivedRecipient, 1);
	recipient->address = g_ptr_array_steal_index(addresses, 0);
	recipient->alternatives = g_steal_pointer(&addresses);
	recipient->status = status_choose(field_group_get(group, "status"), diagnostic);
	recipient->diagnostic = g_strdup(diagnostic);
	recipient->action = action_of(field_group_get(group, "action"), recipient->status);
	recipient->judged = recipient->action != RECEIVED_FAILED || recipient->status != NULL;
	recipient->permanent = recipient->action == RECEIVED_FAILED && status_is_permanent(recipient->status);
	received_recipient_add(received, recipient);
}

gboolean dsn_read(const MimeEntity *mail, Received *received)
{
	const MimeEntity *part = mail_part_find(mail, "message/delivery-status");
	if (part == NULL)
		return FALSE;
	g_autofree char *text = mime_text(part, REPORT_MAX_OCTETS);
	g_autoptr(GPtrArray) groups = field_groups_read(text);
	for (guint i = 0; i < groups->len; i++)
		group_read(g_ptr_array_index(groups, i), received);
	return TRUE;
}
