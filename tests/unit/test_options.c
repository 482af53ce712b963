/* Option tables: every type, read well and badly; defaults; unknown names; the manual's list. */
#include "config/options.h"

#include "base/error.h"
#include "domain/approval.h"

#include <string.h>

typedef struct {
	char *name;
} Item;

typedef struct {
	char *text, *path, *word;
	GPtrArray *texts, *paths, *selectors;
	Tone tone;
	SendFlags flags;
	guint number;
	gboolean flag;
	gint64 seconds;
	Span span;
	TimeExpression time;
	GArray *times, *slots;
	Money money;
	Need need;
	GPtrArray *items, *named, *lists;
	guint finished;
} Target;

static gboolean check_lower(gconstpointer value, GError **error)
{
	for (const char *p = value; *p; p++)
		if (g_ascii_isupper(*p)) {
			error_set(error, ERROR_INVALID, "small letters");
			return FALSE;
		}
	return TRUE;
}

static gpointer item_new(const char *name)
{
	Item *item = g_new0(Item, 1);
	item->name = g_strdup(name);
	return item;
}

static void item_free(gpointer data)
{
	Item *item = data;
	g_free(item->name);
	g_free(item);
}

static gpointer nested_new(G_GNUC_UNUSED const char *name)
{
	GPtrArray **holder = g_new0(GPtrArray *, 1);
	*holder = g_ptr_array_new_with_free_func(item_free);
	return holder;
}

static void nested_free(gpointer data)
{
	GPtrArray **holder = data;
	g_ptr_array_unref(*holder);
	g_free(holder);
}

static void finish_group(G_GNUC_UNUSED const ConfNode *group, gpointer item, const OptionReader *reader)
{
	((Target *)item)->finished++;
	g_assert_cmpstr(reader->context, ==, "context");
}

#define AT(field) .offset = offsetof(Target, field)
static const char *const tones[] = {"new", "friendly", "firm", "escalation", "final", NULL};
static const char *const channels[] = {"mail", "invite", NULL};
static const char *const words[] = {"one", "two", "three", NULL};
static const char *const later_words[] = {"four", NULL};

static const Option item_options[] = {
	{"name", OPTION_TEXT, .offset = offsetof(Item, name), .help = "Its name."},
	{0},
};
static const Option list_option[] = {
	{"entries", OPTION_LIST, .offset = 0, .members = item_options, .create = item_new, .help = "Entries."},
	{0},
};
static const Option group_options[] = {
	{"text", OPTION_TEXT, AT(text), "\"initial\"", .may_be_empty = TRUE, .check = check_lower, .help = "A text."},
	{"needed", OPTION_NUMBER, AT(number), .required = TRUE, .least = 1, .most = 9, .help = "A number."},
	{0},
};
static const Option options[] = {
	{"group", OPTION_GROUP, .members = group_options, .finish = finish_group, .help = "A group."},
	{"path", OPTION_PATH, AT(path), .help = "A path."},
	{"word", OPTION_WORD, AT(word), "\"two\"", .words = words, .later_words = later_words, .help = "A word."},
	{"texts", OPTION_TEXTS, AT(texts), "[ \"a\", \"b\" ]", .check = check_lower, .help = "Texts."},
	{"paths", OPTION_PATHS, AT(paths), "[ ]", .may_be_empty = TRUE, .help = "Paths."},
	{"selectors", OPTION_SELECTORS, AT(selectors), "\"approver\"", .help = "Selectors."},
	{"tone", OPTION_ENUM, AT(tone), "\"firm\"", .words = tones, .help = "A tone."},
	{"flags", OPTION_FLAGS, AT(flags), "[ \"mail\", \"invite\" ]", .words = channels, .help = "Channels."},
	{"flag", OPTION_FLAG, AT(flag), "true", .help = "A flag."},
	{"seconds", OPTION_SECONDS, AT(seconds), "\"5min\"", .least = 5, .most = 7200, .help = "A time."},
	{"span", OPTION_SPAN, AT(span), "\"5bd\"", .least = 1, .help = "A span."},
	{"time", OPTION_TIME, AT(time), "\"deadline-4bh\"", .help = "When."},
	{"times", OPTION_TIMES, AT(times), "[ \"due-2bd\" ]", .may_be_empty = TRUE, .help = "When, several."},
	{"money", OPTION_MONEY, AT(money), "\"250.00 EUR\"", .help = "An amount."},
	{"need", OPTION_NEED, AT(need), "\"any\"", .least = 1, .most = 100, .help = "How many."},
	{"slots", OPTION_SLOTS, AT(slots), "[ \"09:00\", \"14:00\" ]", .may_be_empty = TRUE, .help = "Slots."},
	{"items", OPTION_LIST, AT(items), .may_be_empty = TRUE, .members = item_options, .create = item_new, .help = "Items."},
	{"named", OPTION_NAMED, AT(named), .members = item_options, .create = item_new, .help = "Named items."},
	{"lists", OPTION_NAMED_LISTS, AT(lists), .members = list_option, .create = nested_new, .help = "Named lists."},
	{"idle", OPTION_NUMBER, .least = 1, .most = 9, .without_effect = TRUE},
	OPTION_OF_LATER("future"),
	{0},
};

static void target_init(Target *target)
{
	memset(target, 0, sizeof *target);
	target->items = g_ptr_array_new_with_free_func(item_free);
	target->named = g_ptr_array_new_with_free_func(item_free);
	target->lists = g_ptr_array_new_with_free_func(nested_free);
}

static void target_clear(Target *target)
{
	g_free(target->text);
	g_free(target->path);
	g_free(target->word);
	GPtrArray *const arrays[] = {target->texts, target->paths, target->selectors,
	                             target->items, target->named, target->lists};
	for (guint i = 0; i < G_N_ELEMENTS(arrays); i++)
		if (arrays[i])
			g_ptr_array_unref(arrays[i]);
	g_clear_pointer(&target->times, g_array_unref);
	g_clear_pointer(&target->slots, g_array_unref);
}

static void read_text(const char *text, Target *target, Problems *problems)
{
	char context[] = "context";
	const OptionReader reader = {.origin = "x.conf", .directory = "/etc/akkoord", .problems = problems, .context = context};
	g_autoptr(ConfNode) root = text ? conf_parse(text, strlen(text), "x.conf", problems) : NULL;
	g_assert_true(root || !text);
	options_read(options, root, target, &reader);
}

static void assert_defaults(const Target *target)
{
	g_assert_cmpstr(target->word, ==, "two");
	g_assert_cmpuint(target->texts->len, ==, 2);
	g_assert_cmpstr(g_ptr_array_index(target->texts, 1), ==, "b");
	g_assert_cmpuint(target->paths->len, ==, 0);
	g_assert_cmpint(((Selector *)g_ptr_array_index(target->selectors, 0))->type, ==, SELECTOR_APPROVER);
	g_assert_cmpint(target->tone, ==, TONE_FIRM);
	g_assert_cmpint((int)target->flags, ==, SEND_MAIL | SEND_INVITE);
	g_assert_true(target->flag);
	g_assert_cmpint(target->seconds, ==, 300);
	g_assert_cmpint(target->span.amount, ==, 5);
	g_assert_cmpint(target->time.anchor, ==, ANCHOR_DEADLINE);
	g_assert_cmpuint(target->times->len, ==, 1);
	g_assert_cmpint(target->money.minor, ==, 25000);
	g_assert_cmpint(target->need.type, ==, NEED_ANY);
	g_assert_cmpint(g_array_index(target->slots, int, 1), ==, 14 * 3600);
	g_assert_cmpstr(target->text, ==, "initial");
	g_assert_cmpuint(target->finished, ==, 0);
}

static void test_defaults(void)
{
	static const char *const texts[] = {"", NULL};
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(Problems) problems = problems_new();
		Target target;
		target_init(&target);
		read_text(texts[i], &target, problems);
		g_assert_cmpuint(problems_count(problems), ==, 0);
		assert_defaults(&target);
		target_clear(&target);
	}
}

static void test_values(void)
{
	g_autoptr(Problems) problems = problems_new();
	Target target;
	target_init(&target);
	read_text("group = { text = \"\"; needed = 9; }; path = \"a/../b\"; word = \"three\"; texts = \"single\"; paths = [ "
	          "\"/x\", \"y\" ];"
	          "selectors = [ \"user(anna)\", \"group(b)\" ]; tone = \"new\"; flags = \"invite\"; flag = false; seconds = "
	          "\"2h\"; span = \"2w\";"
	          "time = \"start\"; times = ( \"due-1d\", \"start+2h\" ); money = \"0.05 EUR\"; need = 3; slots = [ ]; items = "
	          "( { name = \"i\"; }, { } );"
	          "named = { n1 = { }; n2 = { name = \"other\"; }; }; lists = { l = ( { name = \"e\"; } ); };",
	          &target, problems);
	g_assert_cmpuint(problems_count(problems), ==, 0);
	g_assert_null(target.text);
	g_assert_cmpuint(target.number, ==, 9);
	g_assert_cmpstr(target.path, ==, "/etc/akkoord/b");
	g_assert_cmpstr(target.word, ==, "three");
	g_assert_cmpuint(target.texts->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(target.paths, 0), ==, "/x");
	g_assert_cmpstr(g_ptr_array_index(target.paths, 1), ==, "/etc/akkoord/y");
	g_assert_cmpuint(target.selectors->len, ==, 2);
	g_assert_cmpint(target.tone, ==, TONE_NEW);
	g_assert_cmpint((int)target.flags, ==, SEND_INVITE);
	g_assert_false(target.flag);
	g_assert_cmpint(target.seconds, ==, 7200);
	g_assert_cmpint(target.span.unit, ==, UNIT_WEEK);
	g_assert_cmpint(target.time.anchor, ==, ANCHOR_START);
	g_assert_cmpuint(target.times->len, ==, 2);
	g_assert_cmpint(target.money.minor, ==, 5);
	g_assert_cmpuint(target.need.number, ==, 3);
	g_assert_cmpuint(target.slots->len, ==, 0);
	g_assert_cmpstr(((Item *)g_ptr_array_index(target.items, 0))->name, ==, "i");
	g_assert_null(((Item *)g_ptr_array_index(target.items, 1))->name);
	g_assert_cmpstr(((Item *)g_ptr_array_index(target.named, 0))->name, ==, "n1");
	g_assert_cmpstr(((Item *)g_ptr_array_index(target.named, 1))->name, ==, "other");
	GPtrArray *entries = *(GPtrArray **)g_ptr_array_index(target.lists, 0);
	g_assert_cmpstr(((Item *)g_ptr_array_index(entries, 0))->name, ==, "e");
	g_assert_cmpuint(target.finished, ==, 1);
	target_clear(&target);
}

static void test_refused(void)
{
	static const struct {
		const char *text, *finding;
	} cases[] = {
		{"word = \"five\";", "word: found \"five\", wanted one, two or three"},
		{"word = \"four\";", "word: found \"four\", wanted one, two or three: \"four\" comes with a later version"},
		{"word = 2;", "word: found \"2\", wanted one, two or three"},
		{"word = [ \"one\" ];", "word: found \"[ … ]\", wanted one, two or three"},
		{"path = \"\";", "path: found \"\", wanted something between the quotes"},
		{"path = true;", "path: found \"true\", wanted a path in double quotes"},
		{"texts = [ ];", "texts: found \"[ … ]\", wanted a text or a list of texts"},
		{"texts = [ 1 ];", "texts[0]: found \"1\", wanted a text or a list of texts"},
		{"texts = [ \"a\", \"B\" ];", "texts[1]: found \"B\", wanted small letters"},
		{"texts = { a = 1; };", "texts: found \"{ … }\", wanted a text or a list of texts"},
		{"selectors = \"usr(anna)\";",
	         "selectors: found \"usr(anna)\", wanted a selector such as user(anna) or group(finance), or a list of "
	         "them (character 1: expected user, as it seems, instead of \"usr\")"},
		{"tone = \"Firm\";", "tone: found \"Firm\", wanted new, friendly, firm, escalation or final"},
		{"flags = [ ];", "flags: found \"[ … ]\", wanted a list of mail or invite"},
		{"flags = [ \"mail\", \"sms\" ];", "flags[1]: found \"sms\", wanted a list of mail or invite"},
		{"flag = \"true\";", "flag: found \"true\", wanted true or false"},
		{"flag = 1;", "flag: found \"1\", wanted true or false"},
		{"seconds = \"4s\";", "seconds: found \"4s\", wanted a time from 5s to 2h"},
		{"seconds = \"7201s\";", "seconds: found \"7201s\", wanted a time from 5s to 2h"},
		{"seconds = 60;", "seconds: found \"60\", wanted a time from 5s to 2h"},
		{"seconds = \"-6s\";", "seconds: found \"-6s\", wanted a time from 5s to 2h"},
		{"span = \"5 bd\";", "span: found \"5 bd\", wanted a span such as 5bd, 4bh or 2w ("},
		{"span = \"0bd\";", "span: found \"0bd\", wanted a span such as 5bd, 4bh or 2w"},
		{"span = \"-1bd\";", "span: found \"-1bd\", wanted a span such as 5bd, 4bh or 2w"},
		{"span = \"99999999999bd\";", "span: found \"99999999999bd\", wanted a span"},
		{"span = 5;", "span: found \"5\", wanted a span"},
		{"time = \"5bd\";", "time: found \"5bd\", wanted a time such as start+1bd or deadline-4bh ("},
		{"times = [ \"due\", \"duo\" ];", "times[1]: found \"duo\", wanted a list of times such as due-2bd ("},
		{"money = 250.0;", "money: found \"250.0\", wanted an amount such as \"250.00 EUR\""},
		{"money = \"250\";", "money: found \"250\", wanted an amount"},
		{"money = \"-1.00 EUR\";", "money: found \"-1.00 EUR\", wanted an amount"},
		{"money = \"1.005 EUR\";", "money: found \"1.005 EUR\", wanted an amount"},
		{"need = \"most\";", "need: found \"most\", wanted any, all or a number from 1 to 100"},
		{"need = 0;", "need: found \"0\", wanted any, all"},
		{"need = 101;", "need: found \"101\", wanted any, all"},
		{"need = 4294967297;", "need: found \"4294967297\", wanted any, all"},
		{"need = -1;", "need: found \"-1\", wanted any, all"},
		{"need = 1.0;", "need: found \"1.0\", wanted any, all"},
		{"slots = [ \"9:00\" ];", "slots: found \"[ … ]\", wanted a list of local times such as 09:00 ("},
		{"slots = [ 9 ];", "slots[0]: found \"9\", wanted a list of local times"},
		{"items = { };", "items: found \"{ … }\", wanted a list ( { }, … )"},
		{"items = ( \"a\" );", "items[0]: found \"a\", wanted settings in { }"},
		{"items = ( { name = 1; } );", "items[0].name: found \"1\", wanted a text in double quotes"},
		{"named = { };", "named: found \"{ … }\", wanted a group"},
		{"named = { a = ( ); };", "named.a: found \"( … )\", wanted settings in { }"},
		{"lists = { a = { }; };", "lists.a: found \"{ … }\", wanted a list"},
		{"lists = ( );", "lists: found \"( … )\", wanted a group"},
		{"group = 1;", "group: found \"1\", wanted settings in { }"},
		{"group = { };", "group.needed: wanted a number from 1 to 9: it is required"},
		{"group = { needed = 10; };", "group.needed: found \"10\", wanted a number from 1 to 9"},
		{"group = { needed = 3000000000; };", "group.needed: found \"3000000000\", wanted a number from 1 to 9"},
		{"group = { needed = 4294967298; };", "group.needed: found \"4294967298\", wanted a number from 1 to 9"},
		{"group = { needed = \"3\"; };", "group.needed: found \"3\", wanted a number from 1 to 9"},
		{"group = { needed = 3; text = \"LOUD\"; };", "group.text: found \"LOUD\", wanted small letters"},
		{"wrod = \"one\";", "wrod: found \"wrod\", wanted a known setting: did you mean \"word\"?"},
		{"group = { needed = 3; zzz = 1; };", "group.zzz: found \"zzz\", wanted a known setting: one of text, needed"},
		{"idle = 10;", "idle: found \"10\", wanted a number from 1 to 9"},
		{"idle = \"5\";", "idle: found \"5\", wanted a number from 1 to 9"},
		{"future = { anything = 1; };",
	         "future: found \"{ … }\", wanted nothing here yet: this setting comes with a later version"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Problems) problems = problems_new();
		Target target;
		target_init(&target);
		read_text(cases[i].text, &target, problems);
		if (problems_count(problems) == 0)
			g_error("%s was taken", cases[i].text);
		g_autofree char *text = problem_format(problems_get(problems, 0));
		g_autofree char *finding = g_strconcat("x.conf:1: ", cases[i].finding, NULL);
		if (!g_str_has_prefix(text, finding))
			g_error("%s: %s", cases[i].text, text);
		g_assert_cmpuint(problems_count(problems), ==, 1);
		target_clear(&target);
	}
}

static void test_all_at_once(void)
{
	g_autoptr(Problems) problems = problems_new();
	Target target;
	target_init(&target);
	read_text("flag = 1;\nword = 2;\n\nsapn = 1;\ngroup = { };\ntexts = [ \"A\", \"B\" ];\nfuture = 1;", &target, problems);
	static const guint lines[] = {1, 2, 4, 5, 6, 6, 7};
	g_assert_cmpuint(problems_count(problems), ==, G_N_ELEMENTS(lines));
	for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
		g_assert_cmpuint(problems_get(problems, i)->line, ==, lines[i]);
	target_clear(&target);
}

static void test_without_effect(void)
{
	g_autoptr(Problems) problems = problems_new();
	Target target;
	target_init(&target);
	read_text("flag = false;\nidle = 9;", &target, problems);
	g_assert_cmpuint(problems_count(problems), ==, 1);
	g_assert_false(problems_has_errors(problems));
	g_assert_cmpuint(problems_get(problems, 0)->line, ==, 2);
	g_assert_false(target.flag);
	target_clear(&target);
}

static void test_seconds(void)
{
	static const struct {
		const char *text;
		gint64 seconds; /* -1: refused */
	} cases[] = {
		{"0s", 0},
		{"30s", 30},
		{"5min", 300},
		{"1h", 3600},
		{"7d", 604800},
		{"3661d", -1},
		{"9223372036854775807d", -1},
		{"", -1},
		{"s", -1},
		{"5", -1},
		{"5 s", -1},
		{"5m", -1},
		{"-5s", -1},
		{"99999999999999999999s", -1},
		{"5S", -1},
		{"1.5h", -1},
		{"3660d", 3660 * 86400},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		gint64 seconds = -1;
		g_autoptr(GError) error = NULL;
		g_assert_cmpint(seconds_parse(cases[i].text, &seconds, &error), ==, cases[i].seconds >= 0);
		g_assert_cmpint(seconds, ==, cases[i].seconds);
		g_assert_cmpint(error != NULL, ==, cases[i].seconds < 0);
	}
}

static void test_manual(void)
{
	g_autofree char *page = options_manual(options);
	static const char *const parts[] = {
		".TP\n.B group\nA group.\nTakes settings in { }.\n",
		".TP\n.B group.needed\nA number.\nTakes a number from 1 to 9. Required.\n",
		".TP\n.B seconds\nA time.\nTakes a time from 5s to 2h. Default: \\(dq5min\\(dq.\n",
		".TP\n.B items[].name\n",
		".TP\n.B named.NAME.name\n",
		".TP\n.B lists.NAME[].name\n",
		"Default: \\(dqdeadline\\-4bh\\(dq.\n",
	};
	for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
		if (!strstr(page, parts[i]))
			g_error("%s lacks %s", page, parts[i]);
	g_assert_null(strstr(page, "future"));
	g_assert_null(strstr(page, "idle"));
	g_assert_null(strstr(page, "entries"));
	for (const char *p = page; *p; p++)
		g_assert_cmpint((guchar)*p, <, 0x80);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/options/defaults", test_defaults);
	g_test_add_func("/options/values", test_values);
	g_test_add_func("/options/refused", test_refused);
	g_test_add_func("/options/all-at-once", test_all_at_once);
	g_test_add_func("/options/without-effect", test_without_effect);
	g_test_add_func("/options/seconds", test_seconds);
	g_test_add_func("/options/manual", test_manual);
	return g_test_run();
}
