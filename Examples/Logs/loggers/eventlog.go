package eventlog

import (
	"encoding/json"
	"os"
	"sync"
)

// A Log for distcheck: one JSON object a line, from any goroutine.
type Log struct {
	mutex   sync.Mutex
	encoder *json.Encoder // writes to the file, without a buffer
}

func Create(path string) (*Log, error) {
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return &Log{encoder: json.NewEncoder(file)}, nil
}

// Write("Grant", map[string]any{"client": "worker-1", "holder": nil})
func (log *Log) Write(event string, fields map[string]any) error {
	line := map[string]any{"event": event}
	for name, value := range fields {
		line[name] = value
	}
	log.mutex.Lock()
	defer log.mutex.Unlock()
	return log.encoder.Encode(line)
}
