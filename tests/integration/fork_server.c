/* The program's main() behind a fork server: it starts as the program does, with all its libraries, and then every command is run
 * in a fork of it.
 *
 * The tests run some twenty thousand commands, and of a small one all but a tenth is its start (sixty libraries). What a command
 * does is the same: the same objects, in a process of its own, with the arguments, environment, folder and descriptors that were
 * asked for.
 *
 * On stdin is a stream socket. A request is one byte with four descriptors (tests/integration/forked.py): a file with words, each
 * ended by a NUL (the folder, how many arguments, they themselves, the environment), and the command's stdin, stdout and stderr.
 * The answer is an int with its process id at once, and an int with its wait status when it has ended. One command at a time; it
 * ends when the socket does.
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#undef main
int program_main(int argc, char **argv);

enum { WORDS, IN, OUT, ERR, FILES };

/* Of a command until its process ends, as those that the kernel gives. */
static char **arguments;

static gboolean receive(int *files)
{
	char byte;
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(FILES * sizeof *files)];
	struct iovec place = {&byte, 1};
	struct msghdr message = {.msg_iov = &place, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
	if (recvmsg(STDIN_FILENO, &message, 0) != 1)
		return FALSE;
	const struct cmsghdr *control = CMSG_FIRSTHDR(&message);
	g_assert(control && control->cmsg_type == SCM_RIGHTS && control->cmsg_len == CMSG_LEN(FILES * sizeof *files));
	memcpy(files, CMSG_DATA(control), FILES * sizeof *files);
	return TRUE;
}

/* The words of the file, each in its place there, and NULL behind the last. */
static char **words_of(int file)
{
	off_t length = lseek(file, 0, SEEK_END);
	g_assert(length > 0);
	char *text = mmap(NULL, (size_t)length, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
	g_assert(text != MAP_FAILED);
	GPtrArray *words = g_ptr_array_new();
	for (char *word = text; word < text + length; word += strlen(word) + 1)
		g_ptr_array_add(words, word);
	g_ptr_array_add(words, NULL);
	return (char **)g_ptr_array_free(words, FALSE);
}

static G_NORETURN void command_run(const int *files)
{
	char **words = words_of(files[WORDS]);
	int argc = atoi(words[1]);
	arguments = g_new0(char *, (gsize)argc + 1);
	memcpy(arguments, words + 2, (gsize)argc * sizeof *arguments);
	environ = words + 2 + argc;
	g_assert(chdir(words[0]) == 0);
	for (int file = IN; file <= ERR; file++)
		g_assert(dup2(files[file], file - IN) == file - IN);
	for (int file = 0; file < FILES; file++)
		close(files[file]);
	exit(program_main(argc, arguments));
}

static gboolean say(int number)
{
	return write(STDIN_FILENO, &number, sizeof number) == sizeof number;
}

int main(void)
{
	int files[FILES];
	while (receive(files)) {
		pid_t child = fork();
		g_assert(child >= 0);
		if (child == 0)
			command_run(files);
		for (int file = 0; file < FILES; file++)
			close(files[file]);
		int status;
		gboolean is_told = say(child);
		g_assert(waitpid(child, &status, 0) == child);
		if (!is_told || !say(status))
			break;
	}
	return 0;
}
