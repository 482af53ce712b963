/* How a delivery is judged, by phase and code, and when it is tried again. */
#include "base/instant.h"
#include "domain/sighting.h"
#include "mail/outcome.h"

#include <string.h>

static void test_calls_judged(void)
{
	static const struct {
		long code;
		gboolean begun;
		DeliveryOutcome outcome;
		gboolean server_down;
	} cases[] = {
		{200, TRUE, DELIVERY_ACCEPTED, FALSE}, {202, TRUE, DELIVERY_ACCEPTED, FALSE}, {204, TRUE, DELIVERY_ACCEPTED, FALSE},
		{0, FALSE, DELIVERY_DEFERRED, TRUE}, {0, TRUE, DELIVERY_UNCERTAIN, TRUE},
		{408, TRUE, DELIVERY_DEFERRED, TRUE}, {425, TRUE, DELIVERY_DEFERRED, TRUE}, {429, TRUE, DELIVERY_DEFERRED, TRUE},
		{500, TRUE, DELIVERY_DEFERRED, TRUE}, {503, TRUE, DELIVERY_DEFERRED, TRUE}, {302, TRUE, DELIVERY_DEFERRED, TRUE},
		{401, TRUE, DELIVERY_DEFERRED, TRUE}, {403, TRUE, DELIVERY_DEFERRED, TRUE}, {407, TRUE, DELIVERY_DEFERRED, TRUE},
		{400, TRUE, DELIVERY_REFUSED, FALSE}, {404, TRUE, DELIVERY_REFUSED, FALSE}, {422, TRUE, DELIVERY_REFUSED, FALSE},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		HookAnswer answer = {.code = cases[i].code, .begun = cases[i].begun, .text = g_strdup("said"), .retry_after_s = 7};
		Delivery delivery;
		outcome_judge_call(&answer, &delivery);
		g_assert_cmpint(delivery.outcome, ==, cases[i].outcome);
		g_assert_cmpint(delivery.server_down, ==, cases[i].server_down);
		g_assert_cmpint(delivery.retry_after_s, ==, 7);
		g_assert_nonnull(strstr(delivery.reply, "said"));
		delivery_clear(&delivery);
		hook_answer_clear(&answer);
	}
}

static void test_judged(void)
{
	static const struct {
		SmtpPhase phase;
		const char *reply; /* NULL: none */
		DeliveryOutcome outcome;
		gboolean server_down;
	} cases[] = {
		{SMTP_PHASE_DONE, "250 2.0.0 queued as X", DELIVERY_ACCEPTED, FALSE},
		{SMTP_PHASE_DONE, "251 will forward", DELIVERY_ACCEPTED, FALSE},
		/* the answer that counts was not heard */
		{SMTP_PHASE_FINAL, NULL, DELIVERY_UNCERTAIN, TRUE},
		{SMTP_PHASE_FINAL, "250-half a reply", DELIVERY_UNCERTAIN, TRUE},
		/* the server and we, before any message */
		{SMTP_PHASE_CONNECT, NULL, DELIVERY_DEFERRED, TRUE},
		{SMTP_PHASE_CONNECT, "554 5.7.1 go away", DELIVERY_DEFERRED, TRUE},
		{SMTP_PHASE_CONNECT, "535 5.7.8 bad credentials", DELIVERY_DEFERRED, TRUE},
		{SMTP_PHASE_SENDER, "530 5.7.0 authentication required", DELIVERY_DEFERRED, TRUE},
		{SMTP_PHASE_SENDER, "550 5.1.7 sender unknown", DELIVERY_DEFERRED, TRUE},
		{SMTP_PHASE_SENDER, "451 4.3.0 later", DELIVERY_DEFERRED, TRUE},
		{SMTP_PHASE_SENDER, NULL, DELIVERY_DEFERRED, TRUE},
		/* the recipient */
		{SMTP_PHASE_RECIPIENT, "550 5.1.1 no such user", DELIVERY_REFUSED, FALSE},
		{SMTP_PHASE_RECIPIENT, "550 no such user", DELIVERY_REFUSED, FALSE},
		{SMTP_PHASE_RECIPIENT, "553 5.1.3 bad address", DELIVERY_REFUSED, FALSE},
		{SMTP_PHASE_RECIPIENT, "550 5.4.1 recipient address rejected", DELIVERY_REFUSED, FALSE},
		{SMTP_PHASE_RECIPIENT, "450 4.2.0 greylisted", DELIVERY_DEFERRED, FALSE},
		{SMTP_PHASE_RECIPIENT, "452 4.2.2 mailbox full", DELIVERY_DEFERRED, FALSE},
		{SMTP_PHASE_RECIPIENT, "421 4.7.0 too many", DELIVERY_DEFERRED, TRUE},
		{SMTP_PHASE_RECIPIENT, "554 5.7.1 relay access denied", DELIVERY_DEFERRED, FALSE},
		{SMTP_PHASE_RECIPIENT, "550 5.7.509 dmarc", DELIVERY_DEFERRED, FALSE},
		{SMTP_PHASE_RECIPIENT, "530 5.7.0 log in first", DELIVERY_DEFERRED, TRUE},
		{SMTP_PHASE_RECIPIENT, NULL, DELIVERY_DEFERRED, TRUE},
		{SMTP_PHASE_RECIPIENT, "250 fine, and then the line broke", DELIVERY_DEFERRED, TRUE},
		/* the message */
		{SMTP_PHASE_DATA, "554 5.5.1 no valid recipients", DELIVERY_REFUSED, FALSE},
		{SMTP_PHASE_DATA, "451 4.3.0 no room", DELIVERY_DEFERRED, FALSE},
		{SMTP_PHASE_BODY, NULL, DELIVERY_DEFERRED, TRUE},
		{SMTP_PHASE_DONE, "550 5.1.1 no such user", DELIVERY_REFUSED, FALSE},
		{SMTP_PHASE_DONE, "552 5.3.4 too big", DELIVERY_REFUSED, FALSE},
		{SMTP_PHASE_DONE, "554 5.7.1 content refused", DELIVERY_DEFERRED, FALSE},
		{SMTP_PHASE_DONE, "451 4.7.1 try again", DELIVERY_DEFERRED, FALSE},
		{SMTP_PHASE_DONE, "421 4.3.2 shutting down", DELIVERY_DEFERRED, TRUE},
		/* looks like an enhanced code, and is none */
		{SMTP_PHASE_DONE, "550 5.7 apples", DELIVERY_REFUSED, FALSE},
		{SMTP_PHASE_DONE, "550", DELIVERY_REFUSED, FALSE},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const long code = cases[i].reply != NULL ? (long)g_ascii_strtoll(cases[i].reply, NULL, 10) : 0;
		SmtpResult result = {
			.phase = cases[i].phase,
			.code = code,
			.reply = g_strdup(cases[i].reply),
			.ok = cases[i].phase == SMTP_PHASE_DONE && code / 100 == 2,
		};
		Delivery delivery;
		outcome_judge(&result, &delivery);
		g_test_message("%d %s", cases[i].phase, cases[i].reply);
		g_assert_cmpint(delivery.outcome, ==, cases[i].outcome);
		g_assert_cmpint(delivery.server_down, ==, cases[i].server_down);
		const gboolean of_content = cases[i].phase == SMTP_PHASE_DONE && code == 550 && strstr(cases[i].reply, "5.1.1") == NULL;
		g_autofree char *reply = g_strconcat(cases[i].reply != NULL ? cases[i].reply : "", of_content ? REFUSAL_OF_CONTENT : "", NULL);
		g_assert_cmpstr(delivery.reply != NULL ? delivery.reply : "", ==, reply);
		g_assert_null(result.reply);
		delivery_clear(&delivery);
	}
}

static void test_next_try(void)
{
	const gint64 now = 1798531200;
	static const gint64 least_min[] = {5, 10, 20, 40, 80, 160, 240, 240, 240};
	for (guint attempt = 1; attempt <= G_N_ELEMENTS(least_min); attempt++) {
		const gint64 least = least_min[attempt - 1] * 60, next = delivery_next_try(now, attempt, "m1") - now;
		g_assert_cmpint(next, >=, least);
		g_assert_cmpint(next, <, least + least / 5);
		g_assert_cmpint(delivery_next_try(now, attempt, "m1"), ==, now + next);
	}
	gint64 total = 0;
	guint attempt = 1;
	for (gint64 next; (next = delivery_next_try(0, attempt, "m1")) != INSTANT_NONE; attempt++)
		total += next;
	g_assert_cmpuint(attempt, ==, 30);
	g_assert_cmpint(total, >, 4 * 86400);
	g_assert_cmpint(total, <, 6 * 86400);
	g_assert_cmpint(delivery_next_try(now, 31, "m1"), ==, INSTANT_NONE);
	g_assert_cmpint(delivery_next_try(now, G_MAXUINT, "m1"), ==, INSTANT_NONE);
}

/* What failed in one moment is spread. */
static void test_jitter(void)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);
	gint64 at[100];
	for (guint i = 0; i < G_N_ELEMENTS(at); i++) {
		g_autofree char *message = g_strdup_printf("m%u", i);
		at[i] = delivery_next_try(0, 3, message);
		g_hash_table_add(seen, &at[i]);
	}
	g_assert_cmpuint(g_hash_table_size(seen), >, 50);
}

/* A server that is down is left alone for longer each time, and never so long that a morning's mail is late. */
static void test_pause(void)
{
	static const gint64 least_s[] = {60, 120, 240, 480, 600, 600, 600};
	for (guint failures = 1; failures <= G_N_ELEMENTS(least_s); failures++) {
		const gint64 least = least_s[failures - 1], pause = delivery_pause_s(failures, "m1");
		g_assert_cmpint(pause, >=, least);
		g_assert_cmpint(pause, <, least + least / 5);
		g_assert_cmpint(pause, <=, DELIVERY_LONGEST_PAUSE_S);
	}
	g_assert_cmpint(delivery_pause_s(G_MAXUINT, "m1"), <=, DELIVERY_LONGEST_PAUSE_S);
	g_assert_cmpint(delivery_pause_s(3, "m1"), !=, delivery_pause_s(3, "m2"));
}

/* What a server gave back waits longer, and not for ever. */
static void test_next_return(void)
{
	guint bounces = 1;
	gint64 last = 0, sum = 0;
	for (gint64 next; (next = delivery_next_return(0, bounces, "m1")) != INSTANT_NONE; bounces++) {
		g_assert_cmpint(next, >=, bounces == 1 ? 3600 : MIN(last, 86400));
		g_assert_cmpint(next, <=, 86400 + 86400 / 5);
		last = next;
		sum += next;
	}
	g_assert_cmpuint(bounces, ==, 8);
	g_assert_cmpint(sum, >=, 3 * 86400);
	g_assert_cmpint(delivery_next_return(0, G_MAXUINT, "m1"), ==, INSTANT_NONE);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/outcome/judged", test_judged);
	g_test_add_func("/outcome/calls-judged", test_calls_judged);
	g_test_add_func("/outcome/next_try", test_next_try);
	g_test_add_func("/outcome/jitter", test_jitter);
	g_test_add_func("/outcome/pause", test_pause);
	g_test_add_func("/outcome/next-return", test_next_return);
	return g_test_run();
}
