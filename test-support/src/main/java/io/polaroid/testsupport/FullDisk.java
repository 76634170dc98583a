package io.polaroid.testsupport;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A disk that is full for one process, and a way to make room again while it runs. Where it is allowed to (user namespaces, or rights of an
 * administrator), it is a file system in memory of its own, which a file fills: writes fail by {@code ENOSPC}. Everywhere a limit on the
 * length of files does: writes fail by {@code EFBIG}.
 *
 * @param kind what is full, for names of tests
 * @param before what the command of the process begins with
 * @param room a command that makes room, run within the process; {@code $PID} in it is the process's own number
 */
public record FullDisk(String kind, List<String> before, List<String> room) {
    /** What the process's folder must not use up; only in a file system of its own. */
    private static final String BALLAST = "ballast";

    private static final Logger LOG = LoggerFactory.getLogger(FullDisk.class);

    public FullDisk {
        before = List.copyOf(before);
        room = List.copyOf(room);
    }

    /**
     * All that can be had here; says what cannot.
     *
     * @param folder where the process writes; exists
     * @param free about as many bytes can be written
     */
    public static List<FullDisk> in(Path folder, long free) {
        var disks = new ArrayList<FullDisk>();
        disks.add(shortFiles(free));
        var small = smallFileSystem(folder, free);
        if (works(small)) {
            disks.add(small);
        } else {
            LOG.warn("left out: a file system that is full, since this process may not mount one");
        }
        return disks;
    }

    /** The one that is most like a full disk, of all that can be had here. */
    public static FullDisk best(Path folder, long free) {
        return in(folder, free).getLast();
    }

    /** No file may be longer than a sixth of what is free. Shells count in 512 or 1,024 bytes. */
    private static FullDisk shortFiles(long free) {
        return new FullDisk(
                "limit of file length",
                List.of("sh", "-c", "ulimit -S -f " + free / 6 / 1_024 + " && exec \"$@\"", "sh"),
                List.of("prlimit", "--pid", "$PID", "--fsize=unlimited:unlimited"));
    }

    private static FullDisk smallFileSystem(Path folder, long free) {
        long kib = free / 1_024;
        var script = "mount -t tmpfs -o size=%dk none '%s' && head -c %d /dev/zero > '%s/%s' && exec \"$@\""
                .formatted(64 * 1_024 + kib, folder, 64L << 20, folder, BALLAST);
        return new FullDisk(
                "full file system",
                List.of("unshare", "-Urm", "sh", "-c", script, "sh"),
                List.of("rm", folder.resolve(BALLAST).toString()));
    }

    private static boolean works(FullDisk disk) {
        var command = new ArrayList<>(disk.before());
        command.add("true");
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Runs a command that makes room, in this process, whose disk was full. */
    public static void makeRoom(List<String> room) throws IOException, InterruptedException {
        var command = room.stream()
                .map(word -> word.replace(
                        "$PID", Long.toString(ProcessHandle.current().pid())))
                .toList();
        var process = new ProcessBuilder(command).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IOException(command + " ended with " + process.exitValue());
        }
    }

    @Override
    public String toString() {
        return kind;
    }
}
