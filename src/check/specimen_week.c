/* Its figures and its rows agree with one another, as those of a real week do. */
#include "check/specimen_week.h"

#define HOUR 3600
#define DAY 86400

static const MailTally tallies[] = {
	{"Voorbeeld BV", 38, 6, 2, 2, 5},
	{"Ejemplo Servicios e Instalaciones S.L.", 9, 2, 0, 0, 2},
	{NULL, 1, 0, 1, 0, 1},
};
static const MailTally all = {NULL, 48, 8, 3, 2, 8};
static const MailTally little = {NULL, 1, 0, 0, 0, 0};

static const MailLost lost[] = {
	{"Inés Gil Ortega", TRUE, 3},
	{"Jan Jansen", FALSE, 1},
};

void specimen_week_clear(SpecimenWeek *week)
{
	g_clear_pointer(&week->one, g_ptr_array_unref);
	g_clear_pointer(&week->several, g_ptr_array_unref);
}

static MailOpen open_of(const char *invoice, const char *supplier, const char *number, Money amount, gint64 received)
{
	return (MailOpen){.invoice = invoice, .supplier = supplier, .number = number, .amount = amount, .received = received, .until = INSTANT_NONE};
}

static void explain(MailOpen *open, OpenWhy why, const GPtrArray *whom, gint64 until)
{
	open->why = why;
	open->whom = whom;
	open->until = until;
}

static void fill_urgent(SpecimenWeek *week, gint64 now)
{
	MailOpen *stuck = week->stuck, *late = week->late;
	stuck[0] = open_of("k3f9w2", "Cloudhaven B.V.", "2026-1187", (Money){123450, "EUR"}, now - 41 * DAY);
	stuck[1] = open_of("t4h6c1", "Hanse Logistik GmbH", "R-20561", (Money){9870000, "CHF"}, now - 9 * DAY);
	stuck[2] = open_of("n6j2v8", "?", "1", (Money){0}, now - HOUR);
	explain(&stuck[0], OPEN_STUCK, week->one, INSTANT_NONE);
	explain(&stuck[1], OPEN_STUCK, NULL, INSTANT_NONE);
	explain(&stuck[2], OPEN_STUCK, NULL, INSTANT_NONE);
	stuck[0].trouble = TROUBLE_GONE;
	stuck[1].trouble = TROUBLE_RATE;
	stuck[2].trouble = TROUBLE_NOBODY;
	late[0] = open_of("p7q2m8", "Werkplek & Zoon Projectinrichting en Kantoorbenodigdheden Noord-Holland B.V.", "WZ/2026/000088213-A", (Money){123456789, "EUR"}, now - 30 * DAY);
	late[1] = open_of("d5r8k4", "Drukkerij Vos", "A-1", (Money){48000, "EUR"}, now - 12 * DAY);
	late[2] = open_of("y3t7b4", "Ferrovia Trasporti S.p.A.", "991", (Money){250000, "EUR"}, now - 11 * DAY);
	explain(&late[0], OPEN_LATE, week->several, now - 22 * DAY - 15 * HOUR - HOUR / 2);
	explain(&late[1], OPEN_LATE, week->one, now - 2 * DAY - 15 * HOUR - HOUR / 2);
	explain(&late[2], OPEN_UNREACHED, week->one, now - DAY);
}

static void fill_quiet(SpecimenWeek *week, gint64 now)
{
	MailOpen *never = week->never, *rest = week->rest;
	never[0] = open_of("b8n5x3", "Imprenta del Sol S.L.", "F26/0342", (Money){-31240, "EUR"}, now - 6 * DAY);
	never[0].credit_note = TRUE;
	never[1] = open_of("z2v7d9", "Éditions Lumière & Fils", "AV-77", (Money){8900, "EUR"}, now - 2 * DAY);
	never[2] = open_of("c9f4q1", "Papeterie Dupont", "FA-2026-12-0031", (Money){4410, "EUR"}, now - DAY);
	never[3] = open_of("m5x8h2", "Nordlicht Energie AG", "2026/4471", (Money){1734, "EUR"}, now - HOUR);
	explain(&never[0], OPEN_QUIET, week->one, INSTANT_NONE);
	explain(&never[1], OPEN_BOOKED, NULL, INSTANT_NONE);
	explain(&never[2], OPEN_LATER, NULL, now + 4 * DAY);
	explain(&never[3], OPEN_UNSENT, week->one, INSTANT_NONE);
	rest[0] = open_of("w9s3j6", "Brandwacht Oost", "7718", (Money){62000, "EUR"}, now - 8 * DAY);
	rest[1] = open_of("g4k1r7", "Bakkerij Jansen & Zn.", "2026-118", (Money){6250, "EUR"}, now - 3 * DAY);
	explain(&rest[0], OPEN_HELD, week->one, now + 5 * DAY);
	explain(&rest[1], OPEN_WAITS, week->several, INSTANT_NONE);
}

static MailSummary much_of(const SpecimenWeek *week)
{
	return (MailSummary){
		.all = all,
		.by = tallies,
		.n_by = G_N_ELEMENTS(tallies),
		.stuck = {week->stuck, 3, 0},
		.late = {week->late, 3, 5},
		.never = {week->never, 4, 0},
		.rest = {week->rest, 2, 31},
		.received = 23,
		.approved = 19,
		.rejected = 1,
		.median_s = 9 * HOUR + 1,
		.lost = lost,
		.n_lost = G_N_ELEMENTS(lost),
	};
}

MailSummary specimen_week_begin(SpecimenWeek *week, gint64 now, gboolean single)
{
	week->one = g_ptr_array_new();
	g_ptr_array_add(week->one, (char *)"Jan Jansen");
	week->several = g_ptr_array_new();
	g_ptr_array_add(week->several, (char *)"Inés Gil Ortega");
	g_ptr_array_add(week->several, (char *)"Zoë van den Broek");
	fill_urgent(week, now);
	fill_quiet(week, now);
	if (!single)
		return much_of(week);
	return (MailSummary){.all = little, .rest = {week->rest + 1, 1, 0}, .received = 1, .median_s = -1};
}
