/* What a message that came back means: a table of reports, hostile ones among them. */
#include "service/bouncing.h"

#include <string.h>

#define ANNA "anna@example.nl"

static ReceivedRecipient *recipient_new(const char *address, ReceivedAction action, const char *status, gboolean permanent)
{
	ReceivedRecipient *recipient = g_new0(ReceivedRecipient, 1);
	*recipient = (ReceivedRecipient){.action = action, .permanent = permanent, .address = (char *)address, .status = (char *)status};
	recipient->alternatives = g_ptr_array_new();
	return recipient;
}

static void recipient_drop(gpointer data)
{
	ReceivedRecipient *recipient = data;
	g_ptr_array_unref(recipient->alternatives);
	g_free(recipient);
}

static void test_judged(void)
{
	static const struct {
		const char *state; /* of the message; NULL: none is known */
		gboolean proven;
		const char *address;
		ReceivedAction action;
		const char *status;
		gboolean permanent;
		const char *outcome;
	} cases[] = {
		{"accepted", TRUE, ANNA, RECEIVED_FAILED, "5.1.1", TRUE, BOUNCE_REFUSED},
		{"accepted", TRUE, "ANNA@Example.NL", RECEIVED_FAILED, "5.2.1", TRUE, BOUNCE_REFUSED},
		{"uncertain", TRUE, ANNA, RECEIVED_FAILED, "5.1.10", TRUE, BOUNCE_REFUSED},
		{"accepted", TRUE, ANNA, RECEIVED_FAILED, NULL, TRUE, BOUNCE_REFUSED},
		{"accepted", TRUE, ANNA, RECEIVED_FAILED, "5.3.4", TRUE, BOUNCE_REFUSED}, /* too large: given up, and nothing said against the address */
		/* for now */
		{"accepted", TRUE, ANNA, RECEIVED_FAILED, "5.2.2", TRUE, BOUNCE_AGAIN},
		{"accepted", TRUE, ANNA, RECEIVED_FAILED, "4.4.7", FALSE, BOUNCE_AGAIN},
		{"accepted", TRUE, ANNA, RECEIVED_FAILED, "4.2.2", TRUE, BOUNCE_AGAIN},
		{"accepted", TRUE, ANNA, RECEIVED_FAILED, "5.1.1", FALSE, BOUNCE_AGAIN}, /* the reader was not sure */
		{"accepted", TRUE, ANNA, RECEIVED_FAILED, NULL, FALSE, BOUNCE_AGAIN},
		{"accepted", TRUE, ANNA, RECEIVED_FAILED, "5.2.20", TRUE, BOUNCE_REFUSED}, /* no full mailbox */
		/* ours */
		{"accepted", TRUE, ANNA, RECEIVED_FAILED, "5.7.1", TRUE, BOUNCE_ALARM},
		{"accepted", TRUE, ANNA, RECEIVED_FAILED, "5.7.509", TRUE, BOUNCE_ALARM},
		{"accepted", TRUE, ANNA, RECEIVED_FAILED, "5.1.8", TRUE, BOUNCE_ALARM},
		{"accepted", TRUE, ANNA, RECEIVED_FAILED, "4.7.1", FALSE, BOUNCE_AGAIN},
		{"accepted", TRUE, "x@elsewhere.example", RECEIVED_FAILED, "5.7.1", TRUE, BOUNCE_ALARM},
		/* no failure */
		{"accepted", TRUE, ANNA, RECEIVED_DELAYED, "4.4.1", FALSE, BOUNCE_DELAYED},
		{"accepted", FALSE, ANNA, RECEIVED_DELAYED, "4.4.1", FALSE, BOUNCE_DELAYED},
		/* another address, nobody's word, nobody's mail, another state */
		{"accepted", TRUE, "x@elsewhere.example", RECEIVED_FAILED, "5.1.1", TRUE, BOUNCE_UNKNOWN},
		{"accepted", FALSE, ANNA, RECEIVED_FAILED, "5.1.1", TRUE, BOUNCE_UNPROVEN},
		{"accepted", FALSE, ANNA, RECEIVED_FAILED, "4.2.2", FALSE, BOUNCE_UNPROVEN},
		{NULL, FALSE, ANNA, RECEIVED_FAILED, "5.1.1", TRUE, BOUNCE_UNKNOWN},
		{"deferred", TRUE, ANNA, RECEIVED_FAILED, "5.1.1", TRUE, BOUNCE_LATE},
		{"sending", TRUE, ANNA, RECEIVED_FAILED, "5.1.1", TRUE, BOUNCE_LATE},
		{"withdrawn", TRUE, ANNA, RECEIVED_FAILED, "5.1.1", TRUE, BOUNCE_LATE},
		{"refused", TRUE, ANNA, RECEIVED_FAILED, "5.1.1", TRUE, BOUNCE_LATE},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const MessageRow message = {.state = (char *)cases[i].state, .to = (char *)ANNA};
		g_autoptr(GPtrArray) recipients = g_ptr_array_new_with_free_func(recipient_drop);
		const Received received = {.kind = RECEIVED_BOUNCE, .recipients = recipients};
		g_ptr_array_add(recipients, recipient_new(cases[i].address, cases[i].action, cases[i].status, cases[i].permanent));
		g_test_message("%s %s %s", cases[i].state ? cases[i].state : "none", cases[i].address, cases[i].status ? cases[i].status : "none");
		g_assert_cmpstr(bounce_judge(&received, cases[i].state ? &message : NULL, cases[i].proven).outcome, ==, cases[i].outcome);
	}
}

/* Of several, what is said of the address that we wrote to counts, also where it stands as another name of it. */
static void test_several(void)
{
	const MessageRow message = {.state = (char *)"accepted", .to = (char *)ANNA};
	g_autoptr(GPtrArray) recipients = g_ptr_array_new_with_free_func(recipient_drop);
	const Received received = {.kind = RECEIVED_BOUNCE, .recipients = recipients};
	g_assert_cmpstr(bounce_judge(&received, &message, TRUE).outcome, ==, BOUNCE_UNKNOWN);
	g_assert_null(bounce_judge(&received, &message, TRUE).recipient);
	g_ptr_array_add(recipients, recipient_new("other@example.nl", RECEIVED_FAILED, "5.1.1", TRUE));
	g_ptr_array_add(recipients, recipient_new("inner@example.nl", RECEIVED_DELAYED, "4.4.1", FALSE));
	ReceivedRecipient *inner = recipients->pdata[1];
	g_assert_cmpstr(bounce_judge(&received, &message, TRUE).outcome, ==, BOUNCE_UNKNOWN);
	g_ptr_array_add(inner->alternatives, (char *)ANNA);
	g_assert_cmpstr(bounce_judge(&received, &message, TRUE).outcome, ==, BOUNCE_DELAYED);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/bouncing/judged", test_judged);
	g_test_add_func("/bouncing/several", test_several);
	return g_test_run();
}
