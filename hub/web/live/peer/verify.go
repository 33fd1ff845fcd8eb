// Checks an exported log with golang.org/x/mod/sumdb alone: the checkpoint's signature, the tree over every entry,
// each certificate, and an older checkpoint that the auditor kept. Nothing of Gongbu is used.
//
//	go run verify.go EXPORT VKEY-FILE [OLD-CHECKPOINT]
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must[T any](value T, err error) T {
	if err != nil {
		refuse(err.Error())
	}
	return value
}

func refuse(why string) {
	fmt.Println("REFUSED:", why)
	os.Exit(1)
}

// checkpoint returns the signed tree. Its text is origin, size and root, one a line (C2SP tlog-checkpoint).
func checkpoint(data []byte, key note.Verifier) tlog.Tree {
	signed := must(note.Open(data, note.VerifierList(key)))
	lines := strings.Split(signed.Text, "\n")
	if len(lines) != 4 || lines[0] != key.Name() {
		refuse("the checkpoint is not this log's")
	}
	root := must(base64.StdEncoding.DecodeString(lines[2]))
	return tlog.Tree{N: must(strconv.ParseInt(lines[1], 10, 64)), Hash: tlog.Hash(*(*[32]byte)(root))}
}

// entries reads the bundles of C2SP tlog-tiles: two bytes of length before each entry, 256 entries a bundle.
func entries(dir string, size int64) [][]byte {
	var found [][]byte
	for n := int64(0); n*256 < size; n++ {
		width := size - n*256
		if width > 256 {
			width = 256
		}
		path := tlog.Tile{H: 8, L: -1, N: n, W: int(width)}.Path() // tile/8/data/000.p/54
		data := must(os.ReadFile(filepath.Join(dir, strings.Replace(path, "tile/8/data", "tile/entries", 1))))
		for len(data) > 0 {
			length := int(binary.BigEndian.Uint16(data))
			found, data = append(found, data[2:2+length]), data[2+length:]
		}
	}
	return found
}

// certificate checks one C2SP tlog-proof: its entry is in the tree that its own checkpoint signs.
func certificate(data []byte, key note.Verifier) ([]byte, int64, tlog.Tree) {
	head, signed, _ := bytes.Cut(data, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	entry := must(base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra ")))
	index := must(strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64))
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		proof = append(proof, tlog.Hash(*(*[32]byte)(must(base64.StdEncoding.DecodeString(line)))))
	}
	tree := checkpoint(signed, key)
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
		refuse(err.Error())
	}
	return entry, index, tree
}

func main() {
	dir := os.Args[1]
	key := must(note.NewVerifier(strings.TrimSpace(string(must(os.ReadFile(os.Args[2]))))))
	tree := checkpoint(must(os.ReadFile(filepath.Join(dir, "checkpoint"))), key)
	all := entries(dir, tree.N)
	if int64(len(all)) != tree.N {
		refuse("the bundles do not hold as many entries as were signed")
	}
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(places []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(places))
		for i, place := range places {
			hashes[i] = stored[place]
		}
		return hashes, nil
	})
	for n, entry := range all {
		stored = append(stored, must(tlog.StoredHashes(int64(n), entry, read))...)
	}
	same := func(claim tlog.Tree, what string) {
		if claim.N > tree.N || must(tlog.TreeHash(claim.N, read)) != claim.Hash {
			refuse(what + " is no earlier state of this log")
		}
	}
	same(tree, "the checkpoint")
	if len(os.Args) > 3 {
		same(checkpoint(must(os.ReadFile(os.Args[3])), key), "the old checkpoint")
	}
	for _, path := range must(filepath.Glob(filepath.Join(dir, "certificates", "*.tlog-proof"))) {
		entry, index, claim := certificate(must(os.ReadFile(path)), key)
		same(claim, path)
		if !bytes.Equal(all[index], entry) {
			refuse(path + " shows another entry")
		}
		fmt.Println(filepath.Base(path), string(entry))
	}
	fmt.Println("GOOD:", tree.N, "entries")
}
