/* The report's fields, a group of them for each recipient. */
#include "inbound/dsn.h"

#include "inbound/field_groups.h"
#include "inbound/mail_address.h"
#include "inbound/mail_parts.h"
#include "inbound/recipient.h"
#include "inbound/status.h"

#include <string.h>

#define REPORT_MAX_OCTETS (256 * 1024)
#define ADDRESS_MAX_OCTETS 254

static const struct {
	const char *word;
	ReceivedAction action;
} actions[] = {
	{"failed", RECEIVED_FAILED},       {"failure", RECEIVED_FAILED},      {"expired", RECEIVED_FAILED},      {"delayed", RECEIVED_DELAYED},
	{"delivered", RECEIVED_DELIVERED}, {"relayed", RECEIVED_DELIVERED},   {"expanded", RECEIVED_DELIVERED}, {"deliverable", RECEIVED_DELIVERED},
};

static ReceivedAction action_of(const char *word, const char *status)
{
	for (gsize i = 0; i < G_N_ELEMENTS(actions); i++)
		if (word != NULL && g_ascii_strncasecmp(word, actions[i].word, strlen(actions[i].word)) == 0)
			return actions[i].action;
	if (status == NULL || *status == '5')
		return RECEIVED_FAILED;
	return *status == '4' ? RECEIVED_DELAYED : RECEIVED_DELIVERED;
}

/* A malformed one as it stands. NULL: it is none at all. */
static char *address_of(const char *value)
{
	char *address = mail_address_find(value);
	const gboolean alike = address == NULL && value != NULL && strlen(value) <= ADDRESS_MAX_OCTETS && strchr(value, '@') > value && strpbrk(value, " <>\"") == NULL;
	return alike ? g_strdup(value) : address;
}

/* As we wrote to it first. */
static GPtrArray *addresses_of(const GHashTable *group)
{
	static const char *const names[] = {"original-recipient", "final-recipient", "x-actual-recipient"};
	GPtrArray *addresses = g_ptr_array_new_with_free_func(g_free);
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *address = address_of(field_value_of_type(field_group_get(group, names[i])));
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
	const char *said = field_group_get(group, "status"), *diagnostic = field_value_of_type(field_group_get(group, "diagnostic-code"));
	ReceivedRecipient *recipient = recipient_new(g_ptr_array_steal_index(addresses, 0));
	g_ptr_array_extend_and_steal(recipient->alternatives, g_steal_pointer(&addresses));
	recipient->status = status_choose(said, diagnostic);
	recipient->action = action_of(field_group_get(group, "action"), recipient->status);
	if (diagnostic == NULL && recipient->status == NULL)
		diagnostic = said; /* words where the code belongs */
	recipient_judge(recipient, diagnostic != NULL ? diagnostic : "");
	recipient_add(received, recipient);
}

void dsn_read_text(const char *text, Received *received)
{
	g_autoptr(GPtrArray) groups = field_groups_read(text);
	for (guint i = 0; i < groups->len; i++)
		group_read(g_ptr_array_index(groups, i), received);
}

gboolean dsn_read(const MimeEntity *mail, Received *received)
{
	const MimeEntity *part = mail_part_find(mail, "message/delivery-status");
	if (part == NULL)
		part = mail_part_find(mail, "message/global-delivery-status");
	if (part == NULL)
		return FALSE;
	g_autofree char *text = mime_text(part, REPORT_MAX_OCTETS);
	dsn_read_text(text, received);
	return TRUE;
}
