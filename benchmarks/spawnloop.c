/* The physical limit of starting local commands: posix_spawn and wait, nothing else.
 *
 *     spawnloop COUNT FANOUT COMMAND
 *
 * runs COMMAND under /bin/sh COUNT times, at most FANOUT at a time, each with a
 * pipe for its standard output that is closed unread. */

#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void start(char *command)
{
    char *argv[] = {"/bin/sh", "-c", command, NULL};
    posix_spawn_file_actions_t actions;
    int ends[2];
    pid_t pid;

    if (pipe2(ends, O_CLOEXEC) < 0)
        exit(1);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    if (posix_spawn(&pid, argv[0], &actions, NULL, argv, environ) != 0)
        exit(1);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[0]);
    close(ends[1]);
}

int main(int argc, char **argv)
{
    int count = argc == 4 ? atoi(argv[1]) : 0;
    int fanout = argc == 4 ? atoi(argv[2]) : 0;
    int running = 0;

    if (count <= 0 || fanout <= 0)
        return 2;
    while (count > 0 || running > 0) {
        if (count > 0 && running < fanout) {
            start(argv[3]);
            count--;
            running++;
        } else if (wait(NULL) > 0) {
            running--;
        }
    }
    return 0;
}
