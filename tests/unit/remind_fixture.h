/* A ladder, some people and a record for the tests of remind_decide(): passes are made in it and what they did is said in words.
 */
#ifndef TESTS_UNIT_REMIND_FIXTURE_H
#define TESTS_UNIT_REMIND_FIXTURE_H

#include "domain/remind.h"

/* One rung. who: people in words, "+boss" in copy, "ann" being `approver`; "" = nobody, "?" = the directory does not say. add: likewise, whom it
 * adds; NULL = it does not act. send 0 = mail. */
typedef struct {
	const char *name, *at, *who, *add;
	Tone tone;
	SendFlags send;
	const char *every;
	guint times;
	gboolean urgent, anytime;
	const char *hooks; /* channels in words, beside `send` */
} RungCase;

/* What was sent, and when. */
typedef struct {
	gint64 at;
	Reminder reminder;
} WorldClaim;

/* "ann" is the approver. Names that begin with "ny" work in New York (Mon-Fri 09:00-17:00), all others as "ann" does:
 * Mon-Fri 08:30-17:30 Europe/Amsterdam, but for 2026-12-25. Slots 09:00 and 14:00, grace 4bh. */
typedef struct {
	RemindState state;
	Ladder *ladder;
	Calendar *nl, *ny;
	GArray *slots;
	GArray *asked;       /* of Asked */
	RemindHistory *history;
	GArray *recorded; /* of Reminder: what stands */
	GPtrArray *rungs;    /* of RungRecipients */
	GPtrArray *who;      /* of char *: what `rungs` is made of */
	GPtrArray *adds;     /* of char *: whom each rung adds */
	gboolean mail_down;  /* no mail is accepted: fair warning does not begin */
	gint64 look_again;   /* what the last pass said */
	Idle idle;
	GArray *claims;      /* of WorldClaim */
} World;

#define BOTH (SEND_MAIL | SEND_INVITE)

/* clang-format off */
#define OPENED {.name = "opened", .at = "start", .who = "ann", .tone = TONE_NEW, .send = BOTH}
#define NUDGE {.name = "nudge", .at = "start+1bd", .who = "ann", .tone = TONE_FRIENDLY}
#define PRESSING {.name = "pressing", .at = "deadline-4bh", .who = "ann", .tone = TONE_FIRM}
#define MANAGER {.name = "manager", .at = "deadline", .who = "ann +boss", .tone = TONE_ESCALATION}
#define DAILY {.name = "daily", .at = "deadline+2bd", .who = "ann boss +cfo", .tone = TONE_FINAL, .every = "1bd"}
#define STANDARD OPENED, NUDGE, PRESSING, MANAGER, DAILY
/* clang-format on */

#define WORLD(start, deadline, ...) \
	world_new((const RungCase[]){__VA_ARGS__}, sizeof((const RungCase[]){__VA_ARGS__}) / sizeof(RungCase), start, deadline)

World *world_new(const RungCase *rungs, gsize count, const char *start, const char *deadline);
void world_free(World *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

/* Puts another ladder in the place of the first, as a new version of the policy does. */
void world_change_ladder(World *world, const RungCase *rungs, gsize count);
void world_set_who(World *world, guint rung, const char *who);
void world_set_add(World *world, guint rung, const char *add);

/* Somebody stands in for ann from then on, who is absent: both, or (absent FALSE) neither any more. */
void world_set_absent(World *world, const char *deputy, const char *since, gboolean absent);

/* A reminder on demand. */
void world_demand(World *world, const char *person, guint occurrence, const char *at);

/* "2026-11-30 09:00" in Amsterdam, a weekday before it is checked: "Mon 2026-11-30 09:00"; NULL is INSTANT_NONE. */
gint64 local(const char *text);
char *local_text(gint64 instant);

/* One pass: acts, decides, records, and says what was recorded, in order: "[boss widen]" was added by that rung ("[- widen]": nobody, "[= widen]":
 * somebody who was asked already), "ann opened new" (mail), "ann opened invite", "ann opened sms new" (a channel),
 * "boss +manager escalation" (copy), "(boss manager)" planned, "-ann nudge merged" not sent; ".2" after a rung is its
 * occurrence; several with "; " between, "" for nothing. A mail to the approver is accepted at once. Owned by the caller. */
char *world_pass(World *world, gint64 now);

/* What becomes of a reminder is on record in the world and its history. */
void world_record(World *world, const Reminder *reminder, gint64 now);

/* All claims so far, a line each: "Mon 2026-11-30 09:00 ann opened new". Owned by the caller. */
char *world_sent(const World *world);

/* A pass, compared. */
#define world_expect(world, when, expected)                             \
	do {                                                            \
		g_autofree char *said = world_pass(world, local(when)); \
		g_assert_cmpstr(said, ==, expected);                    \
	} while (0)
#define world_expect_look_again(world, when)                             \
	do {                                                             \
		g_autofree char *text = local_text((world)->look_again); \
		g_assert_cmpstr(text, ==, when);                         \
	} while (0)

#endif
