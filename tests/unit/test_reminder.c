/* Reminders' names in the record, and the people a rung speaks to. */
#include "domain/reminder.h"

static void test_names(void)
{
	g_assert_cmpstr(role_name(ROLE_TO), ==, "to");
	g_assert_cmpstr(role_name(ROLE_CC), ==, "cc");
	static const SendFlags ways[] = {SEND_MAIL, SEND_INVITE, SEND_HOOK};
	static const char *const way_names[] = {"mail", "invite", "sms"};
	for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
		SendFlags read;
		const char *hook;
		send_parse(way_names[i], &read, &hook);
		g_assert_cmpint(read, ==, ways[i]);
		g_assert_cmpstr(hook, ==, read == SEND_HOOK ? "sms" : NULL);
		g_assert_cmpstr(send_name(read, hook), ==, way_names[i]);
	}
	static const char *const states[] = {"planned", "claimed", "superseded", "passed"};
	for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
		ReminderState read;
		g_assert_cmpstr(reminder_state_name((ReminderState)i), ==, states[i]);
		g_assert_true(reminder_state_parse(states[i], &read));
		g_assert_cmpuint(read, ==, i);
	}
}

static void test_no_names(void)
{
	static const char *const wrong[] = {"", "Mail", "mail ", "planne", "sent", NULL};
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		ReminderState state = REMINDER_PASSED;
		g_assert_false(reminder_state_parse(wrong[i], &state));
		g_assert_cmpint(state, ==, REMINDER_PASSED);
	}
}

static void test_recipients(void)
{
	static const struct {
		const char *person;
		RecipientRole role;
		guint people;
		RecipientRole becomes;
	} cases[] = {
		{"ann", ROLE_CC, 1, ROLE_CC}, {"bob", ROLE_TO, 2, ROLE_TO}, {"ann", ROLE_TO, 2, ROLE_TO},
		{"bob", ROLE_CC, 2, ROLE_TO}, {"Ann", ROLE_CC, 3, ROLE_CC},
	};
	RungRecipients *recipients = rung_recipients_new(TRUE);
	g_assert_true(recipients->known);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		rung_recipients_add(recipients, cases[i].person, cases[i].role, NULL);
		g_assert_cmpuint(recipients->recipients->len, ==, cases[i].people);
		for (guint j = 0; j < recipients->recipients->len; j++) {
			const Recipient *recipient = &g_array_index(recipients->recipients, Recipient, j);
			if (g_str_equal(recipient->person, cases[i].person))
				g_assert_cmpint(recipient->role, ==, cases[i].becomes);
		}
	}
	rung_recipients_free(recipients);
	rung_recipients_free(NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/reminder/names", test_names);
	g_test_add_func("/reminder/no-names", test_no_names);
	g_test_add_func("/reminder/recipients", test_recipients);
	return g_test_run();
}
